import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { loadProject } from '../../src/project/load-project.ts';
import { describeWithEngine, openEngineTest } from '../support/engine.ts';
import { removeOfTest } from '../support/sweep.ts';
import { smallestProject, withProject } from '../support/with-project.ts';

const djdev = fileURLToPath(new URL('../../bin/djdev.js', import.meta.url));
const files = { ...smallestProject, 'djdev.yaml': 'name: kiosk\n' };
const showCursor = '\u001B[?25h';
const hideCursor = '\u001B[?25l';

/** Runs djdev in a terminal of its own, and types `keys` once `prompt` is on the screen. */
async function runInTerminal(
  cwd: string,
  args: string,
  { prompt, keys, env = {} }: { prompt?: RegExp; keys?: string; env?: Record<string, string> } = {},
): Promise<{ readonly exitCode: number; readonly screen: string }> {
  const { CI: _, NO_COLOR: __, FORCE_COLOR: ___, ...rest } = process.env;
  const command = `'${process.execPath}' '${djdev}' ${args}`;
  const terminal = spawn('script', ['-qec', `stty columns 80; ${command}`, '/dev/null'], {
    cwd,
    env: { ...rest, TERM: 'xterm-256color', ...env },
  });
  let screen = '';
  let isTyped = false;
  terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    if (isTyped || prompt === undefined || !prompt.test(screen)) return;
    isTyped = true;
    terminal.stdin.write(keys ?? '');
  });
  const [exitCode]: number[] = await once(terminal, 'close');
  return { exitCode: exitCode ?? -1, screen };
}

/** What the last picture of the screen says, without colours and trailing spaces. */
function lastPicture(screen: string): string {
  // Each picture after the first begins where the cursor was taken back to.
  const start = Math.max(screen.lastIndexOf('\u001B[G'), screen.lastIndexOf(hideCursor));
  const last = screen.slice(start);
  return stripVTControlCharacters(last)
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const describeOnLinux = process.platform === 'linux' ? describeWithEngine : describeWithEngine.skip;

describeOnLinux('in a terminal', () => {
  test('the steps are a list that changes in place, and the cursor comes back', async () => {
    await using project = await withProject(files);
    const { exitCode, screen } = await runInTerminal(project.root, 'rehearse --only preflight');
    expect(exitCode).toBe(0);
    expect(screen.split(hideCursor).length).toBeGreaterThan(1);
    expect(screen.lastIndexOf(showCursor)).toBeGreaterThan(screen.lastIndexOf(hideCursor));
    const picture = lastPicture(screen).replaceAll(/\d+(\.\d+)? m?s\b/g, 'TIME');
    expect(picture).toMatch(/^. preflight +TIME .+\n– build +not part of --only preflight\n/u);
    expect(picture).toMatch(/\n\n. kiosk passed 1 step, 11 skipped.* \(TIME\)\n/u);
  });

  test('with CI set there are lines instead', async () => {
    await using project = await withProject(files);
    const env = { CI: 'true' };
    const { screen } = await runInTerminal(project.root, 'rehearse --only preflight', { env });
    expect(screen).not.toContain(hideCursor);
    expect(stripVTControlCharacters(screen)).toMatch(/^\[preflight\] . /mu);
  });

  test('before data is lost there is a question, and everything but yes is a no', async () => {
    await using project = await withProject(files);
    await using on = await openEngineTest();
    const { id } = await loadProject({ cwd: project.root, shell: {} });
    on.scope.defer(() => removeOfTest(on.engine, id));
    const name = on.nameFor('data');
    const ownership = { project: 'kiosk', session: 's', role: 'data', worktree: id };
    await on.engine.createVolume(name, { ...ownership, persistent: true }, on.signal);
    const answer = async (keys: string): Promise<readonly [number, string]> => {
      const asked = { prompt: /\[y\/N\]/, keys };
      const { exitCode, screen } = await runInTerminal(project.root, 'down -v', asked);
      return [exitCode, screen.trimEnd().split('\r\n').at(-1) ?? ''];
    };
    const kept = `Kept volume ${name}: it holds data, --volumes removes it`;
    expect(await answer('\r')).toEqual([0, kept]);
    expect(await answer('\u0004')).toEqual([0, kept]);
    expect(await answer('\u0003')).toEqual([130, 'Interrupted.']);
    expect(await answer('y\r')).toEqual([0, `Removed volume ${name}`]);
  });
});
