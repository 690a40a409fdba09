import { type DeployTarget, platformTitles } from '../../project/deploy-target.ts';
import type { Finding } from '../../report/finding.ts';

/** What the platform's probe got in the end, and on the way. */
export interface ProbeAnswer {
  readonly path: string;
  /** Host header of the first request. */
  readonly host: string;
  /** `undefined`: the connection broke, or nothing came within the probe's timeout. */
  readonly status: number | undefined;
  /** Where the last redirect leads that is not followed. */
  readonly location: string | undefined;
}

/** Platforms whose probe is known from their code; of the others only their documentation is. */
const knownByCode: ReadonlySet<string> = new Set(['kamal', 'dokku', 'kubernetes']);

/** Whether the platform would give the release any traffic. */
export function checkPlatformProbe(
  answer: ProbeAnswer,
  { name, probe, origins }: DeployTarget,
): readonly Finding[] {
  const { path, host, status, location } = answer;
  const title = platformTitles[name];
  const asks = [
    `GET ${path}, Host: ${host}, User-Agent: ${probe.userAgent}, no X-Forwarded-Proto`,
    ...(location === undefined ? [] : [`Location: ${location}`]),
    describeRule(probe.healthy, probe.redirects),
  ].join('\n');
  const place = origins['path']?.location;
  const base = { step: 'http', ...(place === undefined ? {} : { location: place }) } as const;
  if (isHealthy(answer, probe.healthy)) return [];
  // Without its file the probe may have another path, or send a Host of its own.
  const isKnown = knownByCode.has(name) && origins['path'] !== undefined;
  return [
    {
      ...base,
      code: 'health-refuses-probe',
      level: isKnown ? 'fail' : 'warn',
      title: `${title} ${isKnown ? 'never gives' : 'may never give'} this release traffic: ${path} answers its probe ${status ?? 'nothing'}.`,
      detail: asks,
      hint: hintFor(answer, name),
    },
  ];
}

function isHealthy({ status, location }: ProbeAnswer, healthy: '2xx' | '2xx-3xx'): boolean {
  if (status === undefined || status < 200) return false;
  if (status < 300) return true;
  return healthy === '2xx-3xx' && status < 400 && location === undefined;
}

function describeRule(healthy: '2xx' | '2xx-3xx', redirects: string): string {
  const rule = healthy === '2xx' ? '2xx is healthy' : '2xx and 3xx are healthy';
  if (redirects === 'kept') return `${rule}; redirects are not followed.`;
  return `${rule}; redirects are followed, and one to https meets the plain port of the container.`;
}

function hintFor({ path, status, location }: ProbeAnswer, name: DeployTarget['name']): string {
  if (status === 400) {
    return 'Answer the health URL in a middleware before CommonMiddleware and before anything that calls get_host(), or let the probe send a Host of ALLOWED_HOSTS.';
  }
  if (location !== undefined && location.startsWith('https:')) {
    return `SECURE_REDIRECT_EXEMPT = [r"^${path.replace(/^\//u, '')}$"], without the first slash.`;
  }
  if (status === 404) {
    return name === 'kamal'
      ? `Add the URL ${path}, or name yours in config/deploy.yml: proxy: { healthcheck: { path: /healthz/ } }.`
      : `Add the URL ${path}, or name yours in the file of the platform.`;
  }
  return `Let ${path} answer 200 to whoever asks the container itself.`;
}
