import { expect, test } from 'vitest';
import { sshArguments } from '../../../src/engine/ssh-forward.ts';

test('one ssh process that asks nothing and ends with its stdin', () => {
  const target = { destination: 'ann@box', port: 2222, socketPath: '/run/user/1000/docker.sock' };
  expect(sshArguments(target, '/tmp/x/docker.sock', '/tmp/x/control').join(' ')).toBe(
    '-T -M -S /tmp/x/control -o BatchMode=yes -o ExitOnForwardFailure=yes -o ConnectTimeout=15 -p 2222 -L /tmp/x/docker.sock:/run/user/1000/docker.sock -- ann@box cat',
  );
});

test('a destination can never be read as an option', () => {
  const target = { destination: '-oProxyCommand=x', port: undefined, socketPath: '/s' };
  expect(sshArguments(target, '/a', '/b').slice(-3)).toEqual(['--', '-oProxyCommand=x', 'cat']);
});
