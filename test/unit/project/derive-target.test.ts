import { expect, test } from 'vitest';
import { usualTarget } from '../../../src/project/deploy-target.ts';
import type { Project } from '../../../src/project/project.ts';
import { loadFiles } from './load-files.ts';

type Files = Readonly<Record<string, string>>;

/** The target, and where it and the grace come from. */
async function load(files: Files) {
  const { rehearse, origins }: Project = await loadFiles(files);
  return {
    target: rehearse.target,
    graceMs: rehearse.graceMs,
    name: origins['rehearse.target']?.text,
    grace: origins['rehearse.grace']?.text,
  };
}

const workload = `apiVersion: v1
kind: Service
---
kind: Deployment
spec:
  template:
    spec:
      terminationGracePeriodSeconds: 45
      containers:
        - name: proxy
        - name: web
          startupProbe:
            periodSeconds: 5
            failureThreshold: 12
          readinessProbe:
            timeoutSeconds: 2
            httpGet:
              path: /ready/
              httpHeaders: [{ name: Host, value: shop.example.com }, { name: X-Probe, value: "1" }]
`;

test.each<{ platform: string; files: Files; expected: object }>([
  {
    platform: 'nothing: plain Docker',
    files: { Procfile: 'web: gunicorn\n' },
    expected: {
      target: usualTarget('docker'),
      graceMs: 10_000,
      name: 'no file of a platform was found',
      grace: 'Docker’s default',
    },
  },
  {
    platform: 'Kamal, with a health check of its own',
    files: {
      'config/deploy.yml':
        'service: shop\ndeploy_timeout: 45\nproxy:\n  healthcheck:\n    path: /healthz/\n    timeout: 3\n',
    },
    expected: {
      target: {
        name: 'kamal',
        bootDeadlineMs: 45_000,
        drainMs: 30_000,
        probe: { path: '/healthz/', timeoutMs: 3000, host: 'name', redirects: 'followed' },
        origins: { path: { text: 'config/deploy.yml:5' } },
      },
      name: 'found config/deploy.yml',
      grace: 'Kamal’s default',
    },
  },
  {
    platform: 'Kamal, which asks for /up when nothing names another path',
    files: { 'config/deploy.yml': 'service: shop\nimage: shop\n' },
    expected: { target: { probe: { path: '/up' } } },
  },
  {
    platform: 'Kamal, with a deploy.yml that only ERB can read',
    files: { 'config/deploy.yml': 'service: shop\nenv: [<%= nope %>\n  }\n' },
    expected: { target: usualTarget('kamal') },
  },
  {
    platform: 'Fly, with what its generator writes',
    files: {
      'fly.toml':
        '# fly.toml\napp = "shop"\nkill_signal = "SIGINT"\nkill_timeout = 5\n\n[[http_service.checks]]\n  timeout = "2s"\n  path = "/healthz/"\n',
    },
    expected: {
      target: {
        name: 'fly',
        stopSignal: 'SIGINT',
        graceMs: 5000,
        probe: { path: '/healthz/', timeoutMs: 2000 },
        origins: {
          stopSignal: { text: 'fly.toml:3', location: { line: 3 } },
          path: { text: 'fly.toml:8' },
        },
      },
      graceMs: 5000,
      grace: 'fly.toml:4',
    },
  },
  {
    platform: 'Fly, corrected',
    files: { 'fly.toml': "kill_signal = 'SIGTERM' # drains\nkill_timeout = '2m'\n" },
    expected: { target: { stopSignal: 'SIGTERM' }, graceMs: 120_000 },
  },
  {
    platform: 'Heroku',
    files: { 'app.json': '{"name": "shop"}', Procfile: 'web: gunicorn\n' },
    expected: { target: usualTarget('heroku'), graceMs: 30_000, name: 'found Procfile' },
  },
  {
    platform: 'Dokku, whose app.json has health checks',
    files: {
      Procfile: 'web: gunicorn\n',
      'app.json':
        '{"healthchecks": {"web": [{"type": "startup", "path": "/up/", "attempts": 2, "httpHeaders": [{"name": "Host", "value": "shop.example.com"}]}]}}',
    },
    expected: {
      target: {
        name: 'dokku',
        bootDeadlineMs: 20_000,
        probe: { kind: 'http', path: '/up/', host: { named: 'shop.example.com' } },
      },
    },
  },
  {
    platform: 'Render',
    files: { 'render.yaml': 'services:\n  - type: web\n    healthCheckPath: /healthz/\n' },
    expected: { target: { name: 'render', probe: { kind: 'http', path: '/healthz/' } } },
  },
  {
    platform: 'Kubernetes, the container with the probe among several',
    files: { 'k8s/base/web.yaml': workload },
    expected: {
      target: {
        name: 'kubernetes',
        bootDeadlineMs: 60_000,
        graceMs: 45_000,
        probe: {
          path: '/ready/',
          timeoutMs: 2000,
          host: { named: 'shop.example.com' },
          headers: { 'x-probe': '1' },
        },
      },
      name: 'found k8s/base/web.yaml',
    },
  },
  {
    platform: 'Helm templates, which are no YAML',
    files: {
      'chart/templates/web.yaml': 'kind: Deployment\nspec: {{ toYaml .Values | nindent 2 }}\n',
    },
    expected: { target: usualTarget('kubernetes') },
  },
  {
    platform: 'what the manifest names wins, with the file of that platform',
    files: {
      'fly.toml': 'kill_timeout = 20\n',
      'config/deploy.yml': 'service: shop\n',
      'djdev.yaml': 'rehearse: { target: fly, grace: 8s }\n',
    },
    expected: { target: { name: 'fly', graceMs: 20_000 }, graceMs: 8000, name: 'djdev.yaml:1' },
  },
])('$platform', async ({ files, expected }) => {
  expect(await load(files)).toMatchObject(expected);
});

test('a platform that djdev does not know is an error with the list', async () => {
  await expect(load({ 'djdev.yaml': 'rehearse: { target: nomad }\n' })).rejects.toThrow(
    /one of kamal, dokku, heroku, kubernetes, fly, render, docker/u,
  );
});
