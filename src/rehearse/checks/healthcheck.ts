import type { ExecResult } from '../../engine/engine.ts';
import type { Finding } from '../../report/finding.ts';

const shownCharacters = 500;

/**
 * The command behind a HEALTHCHECK, as an engine runs it; `undefined` without one.
 * Source: the `Healthcheck.Test` field of the Docker Engine API.
 */
export function healthcheckCommand(
  test: readonly string[] | undefined,
): readonly string[] | undefined {
  const [kind, ...words] = test ?? [];
  if (kind === 'CMD' && words.length > 0) return words;
  if (kind === 'CMD-SHELL' && words[0] !== undefined) return ['/bin/sh', '-c', words[0]];
  return undefined;
}

/** What the image's own health check says of a container that serves. */
export function checkHealthcheck(
  result: Pick<ExecResult, 'command' | 'exitCode' | 'stdout' | 'stderr'>,
): readonly Finding[] {
  if (result.exitCode === 0) return [];
  const output = `${result.stdout}${result.stderr}`.trim().slice(0, shownCharacters);
  const isMissing = result.exitCode === 126 || result.exitCode === 127;
  return [
    {
      code: 'healthcheck-fails',
      level: 'fail',
      step: 'http',
      title: isMissing
        ? 'The HEALTHCHECK calls a program that the image does not have.'
        : 'The HEALTHCHECK of the image fails although the application answers.',
      detail: [`${result.command.join(' ')}: exit code ${result.exitCode}`, output]
        .filter(Boolean)
        .join('\n'),
      hint:
        'Ask with what is there: CMD ["python", "-c", "import urllib.request as r; ' +
        "r.urlopen('http://127.0.0.1:8000/healthz/', timeout=3)\"], and let the health URL answer " +
        'this Host without a redirect.',
    },
  ];
}
