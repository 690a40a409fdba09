import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Checkout } from '../support/checkout.ts';
import { describeWithEngine } from '../support/engine.ts';
import { kioskFiles } from '../support/kiosk.ts';
import { openUpKiosk } from '../support/up-kiosk.ts';

const djdev = fileURLToPath(new URL('../../bin/djdev.js', import.meta.url));
const describeOnLinux = process.platform === 'linux' ? describeWithEngine : describeWithEngine.skip;

/** What has to be on the screen, and what is typed or done then. */
type Step = readonly [RegExp | ((screen: string) => boolean), string | (() => Promise<void>)];

/** Types each text, or does what is to be done, once the pattern before it is on the screen. */
async function runInTerminal(
  cwd: string,
  args: string,
  script: readonly Step[],
): Promise<{ readonly exitCode: number; readonly screen: string }> {
  const { CI: _, ...env } = process.env;
  const command = `stty rows 33 columns 91; '${process.execPath}' '${djdev}' ${args}`;
  const terminal = spawn('script', ['-qec', command, '/dev/null'], {
    cwd,
    env: { ...env, TERM: 'xterm', NO_COLOR: '1' },
  });
  let screen = '';
  let step = 0;
  terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    const next = script[step];
    if (next === undefined) return;
    const [condition, action] = next;
    const shown = stripVTControlCharacters(screen);
    if (!(condition instanceof RegExp ? condition.test(shown) : condition(shown))) return;
    step += 1;
    if (typeof action === 'string') terminal.stdin.write(action);
    else void action();
  });
  const [exitCode] = (await once(terminal, 'close')) as [number];
  return { exitCode, screen: stripVTControlCharacters(screen) };
}

describeOnLinux('a stack in a terminal', () => {
  let kiosk: Checkout;
  beforeAll(async () => {
    kiosk = await openUpKiosk();
  });
  afterAll(async () => {
    await kiosk[Symbol.asyncDispose]();
  });

  test('pending migrations are asked about; Ctrl-C stops the logs', async () => {
    const { exitCode, screen } = await runInTerminal(kiosk.root, 'up', [
      [/Apply them now\? \[Y\/n\] /, 'y\r'],
      [/worker: in sync[^]*web: in sync|web: in sync[^]*worker: in sync/, '\u0003'],
    ]);
    expect(screen).toContain('✓ migrations:');
    expect(screen).toContain('? lists the keys.');
    expect(screen).toMatch(/✓ web: http:\S+ 200/);
    expect(exitCode).toBe(130);
    expect((await kiosk.run(['start'])).exitCode).toBe(0);
  });

  test('keys filter the logs, and stop', async () => {
    const { exitCode, screen } = await runInTerminal(kiosk.root, 'up', [
      [/in sync[^]*in sync/, '?'],
      [/q  stop, as Ctrl-C does/, 'l'],
      [/Logs: warning and above\.[^]*ERROR[^]*ERROR/, 'q'],
    ]);
    const filtered = screen.slice(screen.indexOf('Logs: warning'));
    expect(filtered).not.toMatch(/INFO +tick/);
    expect(filtered).toMatch(/ERROR +tick/);
    expect(exitCode).toBe(130);
    expect((await kiosk.run(['start'])).exitCode).toBe(0);
  });

  test('what is wrong stays below the logs until it is mended', async () => {
    const urls = kioskFiles['kiosk/urls.py'];
    const { screen } = await runInTerminal(kiosk.root, 'up', [
      [/in sync[^]*in sync/, () => kiosk.write('kiosk/urls.py', `${urls}def broken(:\n`)],
      // Drawn again below each log line that came meanwhile.
      [
        (shown) => shown.split('→ Mend it and save; ').length > 3,
        () => kiosk.write('kiosk/urls.py', urls),
      ],
      [/✓ web: recovered: kiosk\/urls\.py/, 'p'],
      [
        /settings +kiosk\.local +as the image has them|settings +kiosk\.local +kiosk\.settings/,
        'r',
      ],
      [/→ web: reloaded /, 't'],
      [/✓ tests: passed/, 'q'],
    ]);
    expect(screen).toContain('test   | Ran 1 test');
    expect(screen.slice(screen.indexOf('Ran 1 test'))).not.toContain('→ Mend it and save');
    expect((await kiosk.run(['start'])).exitCode).toBe(0);
  });

  test('a program has the size of the terminal, its keys and its exit code', async () => {
    const words = `sh -c 'sleep 0.5; stty size; read line; echo "got $line"; exit 4'`;
    for (const command of [`exec web ${words}`, `run ${words}`]) {
      const { exitCode, screen } = await runInTerminal(kiosk.root, command, [[/33 91/, 'tea\r']]);
      expect(screen).toContain('got tea');
      expect(exitCode).toBe(4);
    }
  });

  test('Ctrl-C is the program’s', async () => {
    const words = `python -c 'import sys, time
try:
    print("ready", flush=True); time.sleep(30)
except KeyboardInterrupt:
    sys.exit(8)'`;
    for (const command of [`exec web ${words}`, `run ${words}`]) {
      const keys = [[/ready/, '\u0003']] as const;
      expect((await runInTerminal(kiosk.root, command, keys)).exitCode).toBe(8);
    }
  });
});
