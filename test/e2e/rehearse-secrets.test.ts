import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openKiosk } from '../support/checkout.ts';
import { describeWithEngine } from '../support/engine.ts';
import { kioskFiles, kioskManifest } from '../support/kiosk.ts';
import { withProject } from '../support/with-project.ts';

const token = 'tok-4f1c9be27a';
// With characters that URLs, JSON and shells write in another way.
const password = 'p@ss "w/rd" 100%';

const manifest = kioskManifest.replace(
  '  env:\n',
  '  env:\n    API_TOKEN:\n    MAIL_PASSWORD: { required: true }\n',
);

describeWithEngine('secrets of a project', () => {
  test('are in no output of a run whose application prints them', async () => {
    await using kiosk = await openKiosk({
      '.env': `API_TOKEN=${token}\nMAIL_PASSWORD='${password}'\n`,
      'djdev.yaml': manifest,
      'kiosk/wsgi.py': `${kioskFiles['kiosk/wsgi.py']}
import json, urllib.parse
token, password = os.environ["API_TOKEN"], os.environ["MAIL_PASSWORD"]
print("token", token, flush=True)
print("password", password, json.dumps(password), urllib.parse.quote(password, safe=""), flush=True)
raise RuntimeError(f"https://mail:{urllib.parse.quote(password, safe='')}@mail.example.com?{token}")
`,
    });
    await using reports = await withProject({});
    const runs = [
      await kiosk.run(['rehearse', '--json', '--verbose', '--debug', '--report', reports.root]),
      await kiosk.run(['rehearse', '--progress', 'json']),
      await kiosk.run(['rehearse', '--plan']),
      await kiosk.run(['rehearse', '--plan', '--json']),
      await kiosk.run(['config']),
      await kiosk.run(['config', '--json']),
    ];
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([1, 1, 0, 0, 0, 0]);
    const [verbose, events] = runs.map(({ stdout, stderr }) => stdout + stderr);
    expect(verbose).toMatch(/token \[redacted\]/);
    expect(events).toMatch(/token \[redacted\]/);
    const files = await readFiles(reports.root);
    expect(files.find(({ name }) => name.endsWith('web.log'))?.stdout).toMatch(
      /token \[redacted\]/,
    );
    const outputs = [...runs, ...files];
    expect(findSecrets(outputs, [token, password, encodeURIComponent(password)])).toEqual([]);
    expect(await kiosk.listLeftovers()).toEqual([]);
  });

  test('are in no output of a build that prints them', async () => {
    await using kiosk = await openKiosk({
      '.env': `PIP_TOKEN=${token}\n`,
      'djdev.yaml': kioskManifest.replace(
        'app:\n',
        'app:\n  build: { secrets: { pip: { env: PIP_TOKEN } } }\n',
      ),
      Dockerfile:
        'FROM python:3.13-slim\nRUN --mount=type=secret,id=pip cat /run/secrets/pip && false\n',
    });
    const runs = [
      await kiosk.run(['rehearse', '--json', '--verbose', '--debug'], { PIP_TOKEN: token }),
      await kiosk.run(['rehearse', '--progress', 'json'], { PIP_TOKEN: token }),
      await kiosk.run(['build', '--verbose'], { PIP_TOKEN: token }),
    ];
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([1, 1, 1]);
    for (const { stdout, stderr } of runs) expect(stdout + stderr).toMatch(/\[redacted\]/);
    expect(findSecrets(runs, [token])).toEqual([]);
  });
});

/** The files below a directory, as if a run had printed them. */
async function readFiles(directory: string) {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return await Promise.all(
    files.map(async ({ name, parentPath }) => ({
      name,
      stdout: await readFile(join(parentPath, name), 'utf8'),
      stderr: '',
    })),
  );
}

/** The lines of the outputs in which a secret stands. */
function findSecrets(
  outputs: readonly { readonly stdout: string; readonly stderr: string }[],
  secrets: readonly string[],
): readonly string[] {
  return outputs
    .flatMap(({ stdout, stderr }) => [...stdout.split('\n'), ...stderr.split('\n')])
    .filter((line) => secrets.some((secret) => line.includes(secret)));
}
