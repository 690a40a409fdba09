import { randomBytes } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { formatGithubAnnotations } from '../../report/formats/github-annotations.ts';
import { formatMarkdown, markdownLimits } from '../../report/formats/markdown.ts';
import { rankFindings } from '../../report/formats/rank-findings.ts';
import { formatCommand } from '../../report/formats/workflow-commands.ts';
import type { Report } from '../../report/report.ts';
import type { Invocation } from '../command.ts';

/** The step of a GitHub workflow that djdev runs in. */
export interface GithubStep {
  /** Ends the time in which lines are no commands, and says what was found. */
  readonly announce: (report: Report, directory: string | undefined) => Promise<void>;
}

/**
 * From now on the runner reads no line of this step as a command, whatever is printed. `undefined`
 * outside of GitHub Actions.
 */
export function openGithubStep({ io, options }: Invocation): GithubStep | undefined {
  const { environment, stderr } = io;
  if (environment['GITHUB_ACTIONS'] !== 'true') return undefined;
  const token = `djdev-${randomBytes(16).toString('hex')}`;
  // Lines of JSON are for a program, which would stumble over any other.
  const isSpoken = options.progress !== 'json';
  if (isSpoken) stderr.write(formatCommand('stop-commands', {}, token));
  return {
    async announce(report, directory) {
      if (isSpoken) {
        stderr.write(formatCommand(token, {}, ''));
        stderr.write(formatGithubAnnotations(report));
      }
      const summary = environment['GITHUB_STEP_SUMMARY'];
      await append(summary, formatMarkdown(report, markdownLimits.summary));
      await append(environment['GITHUB_OUTPUT'], formatOutputs(report, directory));
    },
  };
}

function formatOutputs(report: Report, directory: string | undefined): string {
  const { failing, warnings } = rankFindings(report);
  const outputs = {
    verdict: report.verdict,
    problems: failing.length,
    warnings: warnings.length,
    report: directory ?? '',
  };
  return Object.entries(outputs)
    .map(([name, value]) => `${name}=${String(value).replaceAll('\n', ' ')}\n`)
    .join('');
}

/** Files of the runner are a courtesy: a run does not fail for want of them. */
async function append(file: string | undefined, text: string): Promise<void> {
  if (file === undefined || file === '') return;
  await appendFile(file, text).catch(() => undefined);
}
