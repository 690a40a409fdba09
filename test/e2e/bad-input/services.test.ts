import { test } from 'vitest';
import { openKiosk } from '../../support/checkout.ts';
import { describeWithEngine } from '../../support/engine.ts';
import { kioskManifest } from '../../support/kiosk.ts';

const withSearch = (lines: string): string =>
  kioskManifest.replace('rehearse:\n', `  search:\n${lines}rehearse:\n`);

const dying = withSearch(`    image: python:3.13-slim
    env: { LICENCE_KEY: key-4f1c9be27a, REGION: }
    command: sh -c 'echo no licence for "$LICENCE_KEY" in "$REGION"; exit 3'
`);
// What comes from outside is never printed either.
const outside = { REGION: 'region-7d20c41' };

describeWithEngine('a service that does not start', { concurrent: true }, () => {
  test('a rehearsal says so with its last lines, before release commands', async ({ expect }) => {
    await using kiosk = await openKiosk({ 'djdev.yaml': dying });
    const ended = await kiosk.rehearse([], outside);
    expect([ended.exitCode, ended.report.verdict, ended.problems]).toEqual([3, 'error', []]);
    expect(ended.outcomes).toContain('migrate error');
    expect(ended.screen).toMatchInlineSnapshot(`
      "✗ djdev could not find out whether kiosk would deploy (TIME)

      ✗ The service search (python:3.13-slim) ended with exit code 3.
        | no licence for [redacted] in [redacted]
        → djdev up starts it the same way, and djdev logs search then tells the rest.
        DJ-SERVICE-START  https://github.com/djdev/djdev/blob/main/docs/errors.md#dj-service-start"
    `);
    expect(await kiosk.listLeftovers()).toEqual([]);
  });

  test('up says the same', async ({ expect }) => {
    await using kiosk = await openKiosk({ 'djdev.yaml': dying });
    const { exitCode, stderr } = await kiosk.run(['up', '-d'], outside);
    expect(exitCode, stderr).toBe(3);
    expect(stderr.slice(stderr.indexOf('The service'))).toMatchInlineSnapshot(`
      "The service search (python:3.13-slim) ended with exit code 3.
        | no licence for [redacted] in [redacted]
        → djdev logs search has all that it said.
        DJ-SERVICE-START  https://github.com/djdev/djdev/blob/main/docs/errors.md#dj-service-start
      "
    `);
  });
});
