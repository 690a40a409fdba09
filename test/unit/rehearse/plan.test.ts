import { expect, test } from 'vitest';
import { stepIds } from '../../../src/report/step.ts';
import { planRehearsal, type RehearsalFlags, webProcess } from '../../../src/rehearse/plan.ts';
import { sampleProject, sampleRehearse } from './sample-project.ts';

const flags: RehearsalFlags = { version: '0.1.0', only: [], skip: [], keep: false };

/** `id` for a step that runs, `id: why` for one that does not. */
function listSteps(changes: Partial<RehearsalFlags>, project = sampleProject): readonly string[] {
  const { steps } = planRehearsal(project, { ...flags, ...changes });
  return steps.map(({ id, leftOut }) => (leftOut === undefined ? id : `${id}: ${leftOut}`));
}

test('a plan is all that will be done, as JSON without any secret', () => {
  const plan = planRehearsal(sampleProject, flags);
  expect(JSON.parse(JSON.stringify(plan))).toMatchInlineSnapshot(`
    {
      "boot": {
        "deadlineMs": 30000,
        "health": "/healthz/",
        "host": "shop.example.com",
        "port": 8000,
        "process": "web",
      },
      "build": {
        "args": [
          "RELEASE",
        ],
        "context": "/shop",
        "dockerfile": "/shop/Dockerfile",
        "repository": "djdev-shop-a1b2c3",
        "secrets": [
          "pip",
        ],
      },
      "containers": [
        {
          "environment": [],
          "image": "postgres:17",
          "role": "postgres",
        },
        {
          "environment": [
            "DJANGO_SETTINGS_MODULE",
            "SECRET_KEY",
            "STRIPE_KEY",
          ],
          "image": "djdev-shop-a1b2c3",
          "role": "runner",
        },
        {
          "environment": [
            "DJANGO_SETTINGS_MODULE",
            "SECRET_KEY",
            "STRIPE_KEY",
          ],
          "image": "djdev-shop-a1b2c3",
          "role": "web",
        },
      ],
      "djdev": "0.1.0",
      "image": {},
      "keep": false,
      "project": "shop",
      "release": [
        [
          "python",
          "manage.py",
          "migrate",
          "--noinput",
        ],
      ],
      "requests": [
        {
          "form": [
            "password",
          ],
          "headers": [
            "authorization",
          ],
          "method": "POST",
          "path": "/login/",
          "status": 302,
        },
      ],
      "shutdown": {
        "graceMs": 10000,
      },
      "steps": [
        {
          "after": [],
          "id": "preflight",
          "needs": [],
        },
        {
          "after": [
            "preflight",
          ],
          "id": "build",
          "needs": [],
        },
        {
          "after": [],
          "id": "image",
          "needs": [
            "build",
          ],
        },
        {
          "after": [
            "preflight",
          ],
          "id": "database",
          "needs": [],
        },
        {
          "after": [],
          "id": "settings",
          "needs": [
            "build",
          ],
        },
        {
          "after": [
            "settings",
          ],
          "id": "migrate",
          "needs": [
            "build",
            "database",
          ],
        },
        {
          "after": [],
          "id": "static",
          "needs": [
            "build",
            "settings",
          ],
        },
        {
          "after": [
            "migrate",
            "static",
          ],
          "id": "boot",
          "needs": [
            "build",
          ],
        },
        {
          "after": [],
          "id": "smoke",
          "needs": [
            "boot",
          ],
        },
        {
          "after": [
            "smoke",
          ],
          "id": "http",
          "needs": [
            "boot",
          ],
        },
        {
          "after": [
            "smoke",
          ],
          "id": "recovery",
          "needs": [
            "boot",
            "database",
          ],
        },
        {
          "after": [],
          "id": "shutdown",
          "needs": [
            "boot",
          ],
        },
      ],
      "version": 1,
    }
  `);
  expect(JSON.stringify(plan)).not.toMatch(/hunter2|sk_live|correct horse|c2VjcmV0/);
});

test('--only takes what the steps need along', () => {
  expect(listSteps({ only: ['image'] })).toMatchInlineSnapshot(`
    [
      "preflight",
      "build",
      "image",
      "database: not part of --only image",
      "settings: not part of --only image",
      "migrate: not part of --only image",
      "static: not part of --only image",
      "boot: not part of --only image",
      "smoke: not part of --only image",
      "http: not part of --only image",
      "recovery: not part of --only image",
      "shutdown: not part of --only image",
    ]
  `);
  expect(listSteps({ only: ['boot'] })).toMatchInlineSnapshot(`
    [
      "preflight",
      "build",
      "image: not part of --only boot",
      "database",
      "settings",
      "migrate",
      "static",
      "boot",
      "smoke: not part of --only boot",
      "http: not part of --only boot",
      "recovery: not part of --only boot",
      "shutdown: not part of --only boot",
    ]
  `);
});

test('containers that no step needs are not planned', () => {
  const roles = (only: readonly string[]): readonly string[] =>
    planRehearsal(sampleProject, { ...flags, only }).containers.map(({ role }) => role);
  expect(roles(['image'])).toEqual([]);
  expect(roles(['settings'])).toEqual(['runner']);
  expect(roles(['database'])).toEqual(['postgres']);
});

test('--skip takes what cannot do without the step along', () => {
  expect(listSteps({ skip: ['database', 'smoke'] })).toMatchInlineSnapshot(`
    [
      "preflight",
      "build",
      "image",
      "database: left out by --skip",
      "settings",
      "migrate: needs database, which is left out by --skip",
      "static",
      "boot",
      "smoke: left out by --skip",
      "http",
      "recovery: needs database, which is left out by --skip",
      "shutdown",
    ]
  `);
});

test('a step that only comes after a skipped one still runs', () => {
  expect(listSteps({ skip: ['migrate', 'static'] })).toMatchInlineSnapshot(`
    [
      "preflight",
      "build",
      "image",
      "database",
      "settings",
      "migrate: left out by --skip",
      "static: left out by --skip",
      "boot",
      "smoke",
      "http",
      "recovery",
      "shutdown",
    ]
  `);
});

test('an old release has its steps only where there is one', () => {
  const previous = { kind: 'git', reference: 'v1.4.0', location: undefined } as const;
  const declared = { ...sampleProject, rehearse: { ...sampleRehearse, previous } };
  const old = (steps: readonly string[]): readonly string[] =>
    steps.filter((step) => /^(previous|rollout)/u.test(step));
  expect(old(listSteps({}))).toEqual([]);
  expect(old(listSteps({ skip: ['previous'] }))).toEqual(['previous: left out by --skip']);
  expect(old(listSteps({}, declared))).toEqual(['previous', 'rollout']);
  expect(old(listSteps({ previous }))).toEqual(['previous', 'rollout']);
  expect(old(listSteps({ skip: ['migrate'] }, declared))).toEqual([
    'previous',
    'rollout: needs migrate, which is left out by --skip',
  ]);
  expect(listSteps({ only: ['rollout'] }, declared).filter((step) => !step.includes(':'))).toEqual([
    'preflight',
    'build',
    'database',
    'previous',
    'settings',
    'migrate',
    'static',
    'boot',
    'rollout',
  ]);
  const image = { ...previous, kind: 'image', reference: 'shop:1.4' } as const;
  const plan = planRehearsal(declared, { ...flags, previous: image });
  expect(plan.previous).toEqual(image);
  const imagesOf = (containers: typeof plan.containers): readonly string[] =>
    containers.filter(({ role }) => role.startsWith('previous')).map((one) => one.image);
  expect(imagesOf(plan.containers)).toEqual(['shop:1.4', 'shop:1.4']);
  expect(new Set(imagesOf(planRehearsal(declared, flags).containers))).toEqual(
    new Set(['djdev-shop-a1b2c3-previous']),
  );
});

test('--keep leaves out the shutdown', () => {
  expect(listSteps({ keep: true }).at(-1)).toBe('shutdown: left out by --keep');
});

test('a project without Postgres has no database to start', () => {
  const steps = listSteps({}, { ...sampleProject, services: [] });
  expect(steps).toContain('database: not needed: the project has no Postgres');
});

test('an unknown step is an error of usage with a suggestion', () => {
  expect(() => listSteps({ only: ['migrat'] })).toThrow(
    expect.objectContaining({
      code: 'DJ-USAGE',
      message: 'There is no step “migrat” in a rehearsal.',
      hint: 'Did you mean “migrate”?',
    }),
  );
  expect(() => listSteps({ skip: ['everything'] })).toThrow(
    expect.objectContaining({
      hint: `The steps are ${stepIds.join(', ')}.`,
    }),
  );
});

test('the deadline of the boot leaves room to measure what is over the budget', () => {
  const bootOf = (bootMs: number | undefined) => {
    const budgets = { bootMs, imageBytes: 4e8 };
    const project = { ...sampleProject, rehearse: { ...sampleRehearse, budgets } };
    return planRehearsal(project, flags).boot;
  };
  expect(bootOf(undefined).deadlineMs).toBe(30_000);
  expect(bootOf(500)).toMatchObject({ deadlineMs: 10_000, budgetMs: 500 });
  expect(bootOf(20_000)).toMatchObject({ deadlineMs: 40_000, budgetMs: 20_000 });
});

test('the web process is the one of that name, the one with a port, or the first', () => {
  const process = { name: 'app', command: undefined, port: undefined, health: undefined };
  const web = (...processes: (typeof process | { name: string; port: number })[]) =>
    webProcess({
      ...sampleProject,
      processes: processes.map((one) => ({ ...process, ...one })),
    }).name;
  expect(webProcess(sampleProject).name).toBe('web');
  expect(web(process, { name: 'api', port: 80 })).toBe('api');
  expect(web(process, { ...process, name: 'other' })).toBe('app');
  expect(web()).toBe('web');
});

test('a step that is wanted and left out at once is an error of usage', () => {
  expect(() => listSteps({ only: ['build', 'image'], skip: ['build'] })).toThrow(
    expect.objectContaining({
      code: 'DJ-USAGE',
      message: 'The step “build” is in --only and in --skip.',
      hint: 'Leave it out of one of them.',
    }),
  );
});

test('--quick leaves out what takes long, unless it is asked for by name', () => {
  expect(listSteps({ quick: true })).toEqual([
    'preflight',
    'build',
    'image: left out by --quick',
    'database',
    'settings',
    'migrate',
    'static',
    'boot',
    'smoke',
    'http',
    'recovery: left out by --quick',
    'shutdown: left out by --quick',
  ]);
  expect(listSteps({ quick: true, only: ['image'] })).toContain('image');
});
