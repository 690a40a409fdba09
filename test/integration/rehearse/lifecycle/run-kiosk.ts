import type { RehearsalFlags } from '../../../../src/rehearse/plan.ts';
import type { Finding } from '../../../../src/report/finding.ts';
import { buildKioskBase } from '../../../support/kiosk-base.ts';
import { kioskDockerfile, kioskFiles, kioskManifest } from '../../../support/kiosk.ts';
import { openRehearsal, type RehearsalTest } from '../rehearse-project.ts';

/** The server that the kiosk runs, as a line; without a number of workers there is one. */
export const gunicorn = 'gunicorn kiosk.wsgi --bind 0.0.0.0:8000 --no-control-socket';

/** Much is started in these rehearsals, and a busy machine starts it slowly. */
const rehearsalTimeoutMs = 280_000;
export const lifecycleTest = { timeout: rehearsalTimeoutMs + 10_000 };

/** One image of the kiosk, rehearsed with other commands and manifests: nothing is built again. */
export interface RunningKiosk extends AsyncDisposable {
  run(
    changes: Partial<RehearsalFlags> & {
      /** Of the process `web`, as YAML; absent: the image's own. */
      readonly command?: string;
      /** More lines of `rehearse:`. */
      readonly rehearse?: string;
      /** More lines at the top level, such as other processes. */
      readonly manifest?: (text: string) => string;
    },
  ): ReturnType<RehearsalTest['run']>;
}

export async function openKiosk(
  files: Readonly<Record<string, string>> = {},
): Promise<RunningKiosk> {
  const base = await buildKioskBase();
  const project = { ...kioskFiles, Dockerfile: kioskDockerfile(base), ...files };
  const rehearsal = await openRehearsal(project, rehearsalTimeoutMs);
  return {
    async run({ command, rehearse = '', manifest = (text) => text, ...flags }) {
      const web = command === undefined ? '' : `, command: ${command}`;
      const text = kioskManifest.replace('health: /healthz/', `health: /healthz/${web}`);
      const lines = rehearse.replaceAll(/^(?=.)/gmu, '  ');
      await rehearsal.project.write('djdev.yaml', manifest(`${text}${lines}\n`));
      return await rehearsal.run(flags);
    },
    [Symbol.asyncDispose]: () => rehearsal[Symbol.asyncDispose](),
  };
}

/** Codes with their levels; what only informs is left out. */
export function told(findings: readonly Finding[]): readonly string[] {
  return findings.flatMap(({ code, level }) => (level === 'pass' ? [] : [`${level} ${code}`]));
}
