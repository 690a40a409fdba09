import { expect, test } from 'vitest';
import { formatUpPlan } from '../../../src/cli/stack/format-up-plan.ts';
import { planUp } from '../../../src/up/plan.ts';
import { sampleProject } from '../rehearse/sample-project.ts';

const flags = { version: '0.1.0', build: 'when-changed', migrate: 'ask', isLive: true } as const;

test('the plan has names, ports and commands, and no secret', () => {
  const plan = planUp(sampleProject, flags);
  expect(plan).toMatchInlineSnapshot(`
    {
      "build": {
        "dockerfile": "/shop/Dockerfile",
        "repository": "djdev-shop-a1b2c3",
        "target": undefined,
        "when": "when-changed",
      },
      "djdev": "0.1.0",
      "isLive": true,
      "migrate": "ask",
      "network": "djdev-shop-a1b2c3",
      "perBranch": false,
      "processes": [
        {
          "command": [
            "celery",
            "worker",
          ],
          "container": "djdev-shop-a1b2c3-worker",
          "health": undefined,
          "ports": [],
          "role": "worker",
        },
        {
          "command": undefined,
          "container": "djdev-shop-a1b2c3-web",
          "health": "/healthz/",
          "ports": [
            {
              "container": 8000,
              "host": 27981,
            },
          ],
          "role": "web",
        },
      ],
      "project": "shop",
      "services": [
        {
          "container": "djdev-shop-a1b2c3-postgres",
          "image": "postgres:17",
          "ports": [
            {
              "container": 5432,
              "host": 25079,
            },
          ],
          "role": "postgres",
          "volumes": [
            "djdev-shop-a1b2c3-postgres-data",
          ],
        },
      ],
      "settings": "config.settings.local",
      "version": 1,
      "worktree": "shop-a1b2c3",
    }
  `);
  expect(JSON.stringify(plan)).not.toMatch(/hunter2|sk_live/);
});

test('the plan for people', () => {
  expect(formatUpPlan(planUp(sampleProject, flags))).toMatchInlineSnapshot(`
    "djdev 0.1.0 would run shop:

    Image       djdev-shop-a1b2c3, from /shop/Dockerfile; built when changed
    Settings    config.settings.local
    Network     djdev-shop-a1b2c3
    Service     postgres: postgres:17, port 5432 at 127.0.0.1:25079, data in djdev-shop-a1b2c3-postgres-data
    Migrations  asked about
    Process     worker: celery worker
    Process     web: as the image starts, port 8000 at 127.0.0.1:27981, health /healthz/
    "
  `);
});
