import { expect, test } from 'vitest';
import { openCheckout } from '../support/checkout.ts';
import { describeWithEngine } from '../support/engine.ts';
import { type LayoutName, openLayout } from '../support/layouts.ts';

/**
 * What a rehearsal holds at least against layouts that are not fit for production as they are.
 * `undefined`: nothing at all.
 */
const faults: Readonly<Record<LayoutName, readonly string[] | undefined>> = {
  channels: undefined,
  cookiecutter: undefined,
  'docker-directory': undefined,
  // Heroku's own template makes a key up.
  heroku: ['secret-key-fallback'],
  monorepo: undefined,
  nested: undefined,
  pipenv: undefined,
  poetry: undefined,
  runserver: ['debug-page', 'deploy-check', 'secret-key-hard-coded'],
  'split-requirements': undefined,
  startproject: ['debug-page', 'deploy-check', 'secret-key-hard-coded'],
  // Django's own logging is silent in production, and nginx is not there to serve the files.
  testdriven: ['asset-missing', 'errors-not-logged'],
  uv: undefined,
  wagtail: ['debug-page', 'deploy-check', 'secret-key-hard-coded'],
};

/** An adopted project that gets one of these does not work. */
const broken =
  /^(?:env-missing|build-failed|image-without-\w+|settings-import-failed|database-not-used|migration-failed|static-collect-failed|boot-\w+|health-unhealthy|smoke-failed)$/u;

const names = Object.keys(faults) as LayoutName[];

describeWithEngine('a project as people have it', () => {
  test.each(names)(
    '%s: init, up, rehearse, without an edit',
    { timeout: 600_000 },
    async (name) => {
      await using checkout = await openCheckout(await openLayout(name));
      const adopted = await checkout.run(['init', '--yes']);
      expect(adopted.exitCode, adopted.stdout + adopted.stderr).toBe(0);
      const up = await checkout.run(['up', '--detach']);
      expect(up.exitCode, up.stdout + up.stderr).toBe(0);

      // What lies in the image, and an outage of the database, say nothing about a layout.
      const { report, screen, stderr } = await checkout.rehearse(['--skip', 'recovery,image']);
      expect(report.error, stderr).toBeUndefined();
      const ran = report.steps.filter(({ outcome }) => outcome !== 'skipped').map(({ id }) => id);
      expect(ran, stderr).toEqual(expect.arrayContaining(['build', 'boot', 'smoke', 'shutdown']));
      // How fast a server ends is a matter of the machine.
      const failures = report.findings.filter(
        ({ level, code }) => level === 'fail' && !code.startsWith('shutdown-'),
      );
      const codes = [...new Set(failures.map(({ code }) => code))];
      expect(
        codes.filter((code) => broken.test(code)),
        screen,
      ).toEqual([]);
      const expected = faults[name];
      expect(codes, screen).toEqual(expected ? expect.arrayContaining([...expected]) : []);
    },
  );
});
