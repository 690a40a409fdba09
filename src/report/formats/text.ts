import { docsAddress } from '../docs-address.ts';
import type { Finding } from '../finding.ts';
import type { Report, StepReport } from '../report.ts';
import type { StepOutcome } from '../step.ts';
import {
  type CardOptions,
  formatErrorCard,
  formatHint,
  formatLocation,
  formatPlace,
} from './error-card.ts';
import { formatBytes, formatCount, formatDuration, formatMeasurement } from './quantity.ts';
import { sanitizeText } from './sanitize-text.ts';
import type { Style } from './style.ts';
import { indentText } from './wrap-text.ts';

export interface TextOptions extends CardOptions {
  /** Name what passed too. */
  readonly verbose: boolean;
  /** List the steps; a live view has shown them already. */
  readonly steps: boolean;
}

/** The report for a person: the verdict first, then what to do, then what happened. */
export function formatText(report: Report, options: TextOptions): string {
  const { style } = options;
  const failing = report.findings.filter((finding) => isFailing(finding, report.failOn));
  const warnings = report.findings.filter(
    (finding) => finding.level === 'warn' && !failing.includes(finding),
  );
  const judged = report.findings.filter(({ judgement }) => judgement !== undefined);
  const passes = options.verbose
    ? report.findings.filter(({ level, judgement }) => level === 'pass' && judgement === undefined)
    : [];
  const blocks = [
    isOnlyError(report)
      ? []
      : indentText(
          formatVerdict(report, failing.length, warnings.length, style),
          options.columns,
          '  ',
          '',
        ),
    report.error === undefined ? [] : formatErrorCard(report.error, options),
    ...failing.map((finding) => formatFailure(finding, options)),
    warnings.flatMap((finding) => formatWarning(finding, options)),
    judged.flatMap((finding) => formatJudged(finding, options)),
    passes.map((finding) => `${style.green('✓')} ${sanitizeText(finding.title)}`),
    (options.steps ? report.steps : []).flatMap((step) => formatStep(step, options)),
    formatFacts(report, options),
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

function isFailing(finding: Finding, failOn: Report['failOn']): boolean {
  return finding.level === 'fail' || (failOn === 'warn' && finding.level === 'warn');
}

function formatVerdict(report: Report, failures: number, warnings: number, style: Style): string {
  const name = report.project === '' ? 'this project' : report.project;
  const also = warnings === 0 ? '' : `, ${formatCount(warnings, 'warning')}`;
  const time = `(${formatDuration(report.ms)})`;
  switch (report.verdict) {
    case 'pass': {
      const ran = report.steps.filter(({ outcome }) => outcome !== 'skipped').length;
      const all = ran === report.steps.length;
      const what = all ? 'would deploy' : `passed ${formatCount(ran, 'step')}`;
      const rest = all ? '' : `, ${report.steps.length - ran} skipped`;
      return `${style.green('✓')} ${style.bold(`${name} ${what}`)}${rest}${also} ${time}`;
    }
    case 'fail': {
      const problems = failures === 0 ? '' : `: ${formatCount(failures, 'problem')}`;
      return `${style.red('✗')} ${style.bold(`${name} would not deploy`)}${problems}${also} ${time}`;
    }
    case 'error':
      return `${style.red('✗')} ${style.bold(`djdev could not find out whether ${name} would deploy`)} ${time}`;
    case 'interrupted':
      return `${style.yellow('■')} ${style.bold('Interrupted')} before it was clear whether ${name} would deploy ${time}`;
    default:
      return report.verdict satisfies never;
  }
}

/** Everything about a finding that fails the run. */
function formatFailure(finding: Finding, options: TextOptions): string[] {
  const { style, columns } = options;
  const mark = finding.level === 'warn' ? style.yellow('!') : style.red('✗');
  return [
    ...indentText(sanitizeText(finding.title), columns, '  ', `${mark} `),
    ...formatPlace(finding.location, options),
    ...(finding.detail === '' ? [] : indentText(sanitizeText(finding.detail), columns, '    ')),
    ...formatHint(finding.hint, options),
    style.dim(`  ${finding.step}  ${finding.code}`),
  ];
}

/** One line, and one for what to do. */
function formatWarning(finding: Finding, options: TextOptions): string[] {
  const { style, columns } = options;
  const where =
    finding.location === undefined
      ? ''
      : ` (${formatLocation(finding.location, options.displayPath)})`;
  const title = `${sanitizeText(finding.title)}${where} [${finding.code}]`;
  return [
    ...indentText(title, columns, '  ', `${style.yellow('!')} `),
    ...formatHint(finding.hint, options),
  ];
}

/** A finding whose level the team has changed: it is not forgotten. */
function formatJudged({ title, code, level, judgement }: Finding, options: TextOptions): string[] {
  const by = judgement?.by === 'baseline' ? 'in the baseline' : judgement?.reason;
  const until = judgement?.until === undefined ? '' : `until ${judgement.until}`;
  const why = [by, until].filter((part) => part !== undefined && part !== '').join(', ');
  const now = level === 'pass' ? 'ignored' : `counts as ${level}`;
  const text = `${sanitizeText(title)} [${code}] ${now}${why === '' ? '' : `: ${why}`}`;
  const { style, columns } = options;
  return indentText(text, columns, '  ', `${style.dim('·')} `);
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

function formatFacts(report: Report, { style }: TextOptions): string[] {
  const { image, kept, findings } = report;
  const explains = findings.some(({ level }) => level !== 'pass');
  return [
    ...(image === undefined ? [] : [`Image  ${image.reference}  ${formatBytes(image.bytes)}`]),
    ...(kept?.urls ?? []).map((url) => `Kept   ${style.cyan(url)}`),
    ...(kept?.containers ?? []).map((name) => `Kept   container ${name}`),
    ...(kept === undefined ? [] : ['       djdev down removes it']),
    ...(explains ? [style.dim(`Codes  ${docsAddress('findings')}`)] : []),
  ];
}
