import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';

const program = '/usr/sbin/sshd';

/** Whether this machine can play an ssh host; says loudly when it cannot. */
export function hasSshServer(): boolean {
  const isThere = existsSync(program) && process.getuid?.() === 0;
  if (!isThere) {
    process.stderr.write(
      '\nSKIPPED: tests of ssh engines need root and an ssh server: apt-get install openssh-server\n',
    );
  }
  return isThere;
}

/** An ssh server on loopback that lets in whoever uses its `path`. */
export interface SshServer extends AsyncDisposable {
  /** `ssh://root@127.0.0.1:40022` */
  readonly address: string;
  /** For PATH: an `ssh` that knows the server's key and has one of its own. */
  readonly path: string;
}

/** A real sshd with keys that live as long as it does. */
export async function openSshServer(): Promise<SshServer> {
  const directory = await mkdtemp(join(tmpdir(), 'djdev-sshd-'));
  const file = (name: string): string => join(directory, name);
  for (const name of ['host', 'user']) {
    execFileSync('/usr/bin/ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(name)]);
  }
  execFileSync('cp', [file('user.pub'), file('authorized_keys')]);
  // The place where sshd keeps what it lets nobody else see; a service manager would make it.
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const port = await findFreePort();
  const settings = {
    Port: port,
    ListenAddress: '127.0.0.1',
    HostKey: file('host'),
    AuthorizedKeysFile: file('authorized_keys'),
    PidFile: 'none',
    UsePAM: 'no',
    StrictModes: 'no',
    PermitRootLogin: 'yes',
    PasswordAuthentication: 'no',
    AllowStreamLocalForwarding: 'yes',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} ${value}\n`);
  writeFileSync(file('sshd_config'), lines.join(''));
  writeFileSync(
    file('ssh_config'),
    `Host *\n  IdentityFile ${file('user')}\n  IdentitiesOnly yes\n  StrictHostKeyChecking no\n  UserKnownHostsFile ${file('known_hosts')}\n`,
  );
  mkdirSync(file('bin'));
  writeFileSync(file('bin/ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${file('ssh_config')} "$@"\n`);
  chmodSync(file('bin/ssh'), 0o755);
  const server = spawn(program, ['-D', '-e', '-f', file('sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  server.stderr.setEncoding('utf8').on('data', (piece: string) => (log += piece));
  while (!log.includes('Server listening')) {
    if (server.exitCode !== null) throw new Error(`sshd has ended: ${log}`);
    await Promise.race([once(server.stderr, 'data'), once(server, 'close')]);
  }
  return {
    address: `ssh://${userInfo().username}@127.0.0.1:${port}`,
    path: `${file('bin')}${delimiter}${process.env['PATH'] ?? ''}`,
    async [Symbol.asyncDispose]() {
      server.kill('SIGTERM');
      await once(server, 'close');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function findFreePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
