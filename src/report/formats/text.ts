import type { RunComparison } from '../compare-runs.ts';
import { docsAddress } from '../docs-address.ts';
import type { Report, StepReport } from '../report.ts';
import type { StepId, StepOutcome } from '../step.ts';
import { type CardOptions, formatErrorCard } from './error-card.ts';
import { formatComparison } from './comparison-text.ts';
import { formatBytes, formatDuration, formatMeasurement } from './quantity.ts';
import { type RankedFindings, rankFindings } from './rank-findings.ts';
import { sanitizeText } from './sanitize-text.ts';
import type { Style } from './style.ts';
import { formatBriefly, formatFailure, formatJudged, formatWarning } from './text-findings.ts';
import { describeDowntime, describeVerdict, isSmokeOnly } from './verdict.ts';
import { indentText } from './wrap-text.ts';

export interface TextOptions extends CardOptions {
  /** Name what passed too. */
  readonly verbose: boolean;
  /** List the steps; a live view has shown them already. */
  readonly steps: boolean;
  /** What changed since the runs before. */
  readonly comparison?: RunComparison | undefined;
  /** Where all of it is: a path, or a command that shows it. */
  readonly place?: string | undefined;
}

/** So many problems are shown with all that is known: who mends these runs djdev again. */
const shownInFull = 3;

/** The report for a person: the verdict first, then what to do, then what happened. */
export function formatText(report: Report, options: TextOptions): string {
  const { style, verbose } = options;
  const ranked = rankFindings(report);
  const { failing, warnings, passes } = ranked;
  const full = verbose ? failing : failing.slice(0, shownInFull);
  const blocks = [
    isOnlyError(report) ? [] : formatVerdict(report, ranked, options),
    report.error === undefined ? [] : formatErrorCard(report.error, options),
    ...full.map((finding) => formatFailure(finding, options)),
    failing.slice(full.length).flatMap((finding) => formatBriefly(finding, options)),
    warnings.flatMap((finding) => formatWarning(finding, options)),
    report.findings.flatMap((finding) => formatJudged(finding, options)),
    (verbose ? passes : [])
      .filter(({ judgement }) => judgement === undefined)
      .map((finding) => `${style.green('✓')} ${sanitizeText(finding.title)}`),
    (options.steps ? report.steps : []).flatMap((step) => formatStep(step, options)),
    options.comparison === undefined ? [] : formatComparison(options.comparison, options),
    formatFacts(report, ranked, options),
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

/** Nothing was even tried: the error says all there is to say. */
function isOnlyError({ steps, error }: Report): boolean {
  return steps.length === 0 && error !== undefined;
}

/** The line that everybody reads, and what users would have felt of the migrations. */
function formatVerdict(report: Report, ranked: RankedFindings, options: TextOptions): string[] {
  const { style, columns } = options;
  const { failing, warnings } = ranked;
  const { title, rest } = describeVerdict(report, failing.length, warnings.length);
  const marks = {
    pass: style.green('✓'),
    fail: style.red('✗'),
    error: style.red('✗'),
    interrupted: style.yellow('■'),
  };
  // The colon belongs to what is wrong, the comma to what is left over.
  const more = rest === '' ? '' : `${failing.length > 0 ? ':' : ','} ${rest}`;
  const line = `${marks[report.verdict]} ${style.bold(title)}${more} (${formatDuration(report.ms)})`;
  const downtime = describeDowntime(report);
  return [
    ...indentText(line, columns, '  ', ''),
    ...(downtime === undefined ? [] : indentText(downtime, columns, '  ')),
  ];
}

function formatStep(step: StepReport, { style, columns, verbose }: TextOptions): string[] {
  const time = step.outcome === 'skipped' ? '–' : formatDuration(step.ms);
  const head = `${outcomeMark(step.outcome, style)} ${step.id.padEnd(10)}${time.padStart(11)}`;
  // The mark may carry escape codes: measure the line as it looks.
  const indent = ' '.repeat(25);
  const [first = '', ...rest] = indentText(sanitizeText(step.summary), columns, indent);
  const measured = verbose ? step.measurements : [];
  return [
    `${head}  ${first.trimStart()}`.trimEnd(),
    ...rest,
    ...measured.map((one) => style.dim(`${indent}${one.name} ${formatMeasurement(one)}`)),
  ];
}

/** The mark of a step's outcome, one column wide. */
export function outcomeMark(outcome: StepOutcome, style: Style): string {
  switch (outcome) {
    case 'passed':
      return style.green('✓');
    case 'warned':
      return style.yellow('!');
    case 'failed':
    case 'error':
      return style.red('✗');
    case 'skipped':
      return style.dim('–');
    case 'interrupted':
      return style.yellow('■');
    default:
      return outcome satisfies never;
  }
}

function formatFacts(
  report: Report,
  { failing }: RankedFindings,
  { style, place }: TextOptions,
): string[] {
  const { image, kept, findings } = report;
  const explains = findings.some(({ level }) => level !== 'pass');
  const again =
    failing[0] === undefined || isSmokeOnly(report) ? undefined : describeAgain(failing[0].step);
  return [
    ...(image === undefined ? [] : [`Image  ${image.reference}  ${formatBytes(image.bytes)}`]),
    ...(kept?.urls ?? []).map((url) => `Kept   ${style.cyan(url)}`),
    ...(kept?.containers ?? []).map((name) => `Kept   container ${name}`),
    ...(kept === undefined ? [] : ['       djdev down removes it']),
    ...(again === undefined ? [] : [`Again  ${again}`]),
    ...(place === undefined ? [] : [`Report ${place}`]),
    ...(explains ? [style.dim(`Codes  ${docsAddress('findings')}`)] : []),
  ];
}

/** How to see by hand what a step has found. */
function describeAgain(step: StepId): string {
  if (step === 'build') return 'djdev build';
  if (step === 'smoke') return 'djdev rehearse --only smoke --keep, then the curl line there';
  return `djdev rehearse --only ${step}`;
}
