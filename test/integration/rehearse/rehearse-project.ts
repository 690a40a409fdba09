import { randomBytes } from 'node:crypto';
import { systemClock } from '../../../src/context/clock.ts';
import type { EventBody } from '../../../src/context/context.ts';
import { Scope } from '../../../src/context/scope.ts';
import type { Engine, OwnedResource } from '../../../src/engine/engine.ts';
import { loadProject } from '../../../src/project/load-project.ts';
import { planRehearsal, type RehearsalFlags } from '../../../src/rehearse/plan.ts';
import { rehearse } from '../../../src/rehearse/rehearse.ts';
import type { Event } from '../../../src/report/event.ts';
import type { Finding } from '../../../src/report/finding.ts';
import { foldReport } from '../../../src/report/fold.ts';
import type { Report } from '../../../src/report/report.ts';
import type { StepId } from '../../../src/report/step.ts';
import { previousRepository } from '../../../src/stack/image-repository.ts';
import { connectTestEngine } from '../../support/engine.ts';
import { type TemporaryProject, withProject } from '../../support/with-project.ts';

/** One project that is rehearsed, perhaps several times; its images go when the test ends. */
export interface RehearsalTest extends AsyncDisposable {
  readonly engine: Engine;
  readonly project: TemporaryProject;
  /** Rehearses the project as it is now. */
  run(flags?: Partial<RehearsalFlags>, onEvent?: EventListener): Promise<Rehearsed>;
}

type EventListener = (event: EventBody, abort: AbortController) => void;

/** What a rehearsal left behind. */
interface Rehearsed {
  readonly report: Report;
  readonly events: readonly Event[];
  /** What is still on the engine of this run. */
  readonly leftovers: readonly OwnedResource[];
  /** `passed`, `failed`, … by step. */
  readonly outcomes: Readonly<Record<StepId, string>>;
  readonly findings: readonly Finding[];
}

/** Writes the files into a directory of their own and connects to the engine. */
export async function openRehearsal(
  files: Readonly<Record<string, string>>,
  timeoutMs = 100_000,
): Promise<RehearsalTest> {
  const project = await withProject(files);
  const engine = await connectTestEngine();
  const repositories = new Set<string>();
  return {
    engine,
    project,
    async run(changes = {}, onEvent = () => undefined) {
      const loaded = await loadProject({ cwd: project.root, shell: {} });
      const flags = { version: '0.0.0', only: [], skip: [], keep: false, ...changes };
      const plan = planRehearsal(loaded, flags);
      repositories.add(plan.build.repository);
      repositories.add(previousRepository(loaded));
      const abort = new AbortController();
      const signal = AbortSignal.any([abort.signal, AbortSignal.timeout(timeoutMs)]);
      const events: Event[] = [];
      const scope = new Scope();
      const session = randomBytes(6).toString('hex');
      const emit = (event: EventBody): void => {
        events.push({ ...event, at: systemClock.now() });
        onEvent(event, abort);
      };
      try {
        const context = { engine, session, scope, signal, emit, clock: systemClock };
        const rules = loaded.rehearse.checks ?? [];
        await rehearse(loaded, plan, context, { rules, baseline: new Set(), today: '2026-01-01' });
      } finally {
        await scope[Symbol.asyncDispose]();
      }
      const owned = await engine.listOwned({ worktree: loaded.id }, AbortSignal.timeout(20_000));
      const report = foldReport(events, { failOn: 'fail', project: '', djdev: '' });
      return {
        report,
        events,
        leftovers: owned.filter(({ ownership }) => ownership.session === session),
        outcomes: Object.fromEntries(
          report.steps.map(({ id, outcome }) => [id, outcome]),
        ) as Record<StepId, string>,
        findings: report.findings,
      };
    },
    async [Symbol.asyncDispose]() {
      const signal = AbortSignal.timeout(60_000);
      for (const repository of repositories) {
        for (const reference of await engine.listImages(repository, signal)) {
          await engine.removeImage(reference, signal);
        }
      }
      await engine[Symbol.asyncDispose]();
      await project[Symbol.asyncDispose]();
    },
  };
}

/** Steps that need Django; without them any small server can be booted. */
export const withoutDjango: readonly StepId[] = ['database', 'settings', 'http'];

/** A server in 20 lines of Python: `handle(path)` answers status, headers and body. */
export function serverFiles(
  handle: string,
  options: {
    readonly bind?: string;
    readonly start?: string;
    readonly command?: string;
    readonly manifest?: string;
    readonly dockerfile?: string;
  } = {},
): Readonly<Record<string, string>> {
  const { bind = '("0.0.0.0", 8000)', start = '', manifest = '' } = options;
  const command = options.command ?? 'CMD ["python3", "-u", "server.py"]';
  return {
    'manage.py': '#!/usr/bin/env python\nimport django\n',
    'server.py': `import os, signal, sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer

def handle(method, path, headers, body):
${handle.replace(/^/gm, '    ')}

class Handler(BaseHTTPRequestHandler):
    def answer(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        status, headers, text = handle(self.command, self.path, self.headers, body)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())
    do_GET = do_POST = do_OPTIONS = answer

signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
${start}
HTTPServer(${bind}, Handler).serve_forever()
`,
    Dockerfile:
      options.dockerfile ??
      `FROM python:3.13-slim\nENV PYTHONUNBUFFERED=1\nWORKDIR /app\nCOPY . .\nUSER 10001\n${command}\n`,
    'djdev.yaml': `name: tiny\nprocesses:\n  web: { port: 8000, health: /up/ }\nservices: { postgres: false }\n${manifest}`,
  };
}
