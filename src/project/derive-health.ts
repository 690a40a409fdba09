import path from 'node:path';
import { type Derived, deriveFrom } from './derived.ts';
import type { DockerfileTarget } from './dockerfile-target.ts';
import type { ProjectSources, SourceFile } from './project-sources.ts';

/** Health paths that real projects use, the commonest first. */
const usualPaths = [
  'healthz/?',
  'up/?',
  'health/?',
  'health-?check/?',
  'ht/?',
  '__heartbeat__/?',
  '__lbheartbeat__/?',
  'api/v3/status/?',
] as const;

/** The health path: the URL in HEALTHCHECK, else a usual path that a urls.py or a middleware names. */
export function deriveHealth(
  sources: ProjectSources,
  target: DockerfileTarget | undefined,
  root: string,
): Derived<string> | undefined {
  return readHealthcheck(target) ?? findInUrls(sources, root) ?? findInMiddleware(sources, root);
}

function readHealthcheck(target: DockerfileTarget | undefined): Derived<string> | undefined {
  const instruction = target?.healthcheck;
  const url = /https?:\/\/[^\s/"']+(\/[^\s"'?#|;)]*)/.exec(instruction?.text ?? '')?.[1];
  if (instruction === undefined || url === undefined) return undefined;
  const { location } = instruction;
  const text = `HEALTHCHECK at ${path.basename(location.file)}:${location.line}`;
  return { value: url, origin: { kind: 'dockerfile', text, location } };
}

/** The project's own urls.py first: the paths of others may have a prefix. */
function findInUrls(sources: ProjectSources, root: string): Derived<string> | undefined {
  const roots = new Set(sources.entryPoints.map((file) => path.posix.dirname(file.path)));
  const isRoot = (file: SourceFile): boolean => roots.has(path.posix.dirname(file.path));
  const ordered = [...sources.urls.filter(isRoot), ...sources.urls.filter((file) => !isRoot(file))];
  for (const usual of usualPaths) {
    for (const file of ordered) {
      const match = new RegExp(`(?:path|url)\\(\\s*r?["']\\^?/?(${usual})\\$?["']`).exec(file.text);
      if (match?.[1] !== undefined) return deriveFrom(`/${match[1]}`, file, match.index, root);
    }
  }
  return undefined;
}

/** A middleware compares the path, before anything looks at the Host header: `== "/healthz/"`. */
function findInMiddleware(sources: ProjectSources, root: string): Derived<string> | undefined {
  for (const usual of usualPaths) {
    for (const file of sources.middleware ?? []) {
      const match = new RegExp(`["'](/${usual})["']`).exec(file.text);
      if (match?.[1] === undefined || !/\.path(?:_info)?\b/.test(file.text)) continue;
      return deriveFrom(match[1], file, match.index, root);
    }
  }
  return undefined;
}
