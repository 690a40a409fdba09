import type { Event } from '../report/event.ts';
import type { ErrorReport } from '../report/report.ts';
import type { AnswerReport, RequestReport } from '../report/request-report.ts';

type Redact = (text: string) => string;

/** The event with secrets taken out of everything that is text for people. */
export function redactEvent(event: Event, redact: Redact): Event {
  switch (event.type) {
    case 'line-logged':
      return { ...event, line: redact(event.line) };
    case 'step-progressed':
      return { ...event, text: redact(event.text) };
    case 'step-ended':
      return { ...event, summary: redact(event.summary) };
    case 'finding-reported': {
      const { title, detail, hint } = event.finding;
      const texts = { title: redact(title), detail: redact(detail), hint: redact(hint) };
      return { ...event, finding: { ...event.finding, ...texts } };
    }
    case 'run-ended':
      return event.error === undefined
        ? event
        : { ...event, error: redactErrorReport(event.error, redact) };
    case 'migrations-observed':
      return { ...event, migrations: redactTexts(event.migrations, redact) };
    case 'rollout-observed':
      return { ...event, rollout: redactTexts(event.rollout, redact) };
    case 'image-inspected':
      return { ...event, image: redactTexts(event.image, redact) };
    case 'request-answered':
      return { ...event, request: redactRequest(event.request, redact) };
    case 'run-started':
    case 'step-started':
    case 'measurement-taken':
    case 'environment-tried':
    case 'environment-kept':
      return event;
    default:
      return event satisfies never;
  }
}

/** The error with secrets taken out of its texts. */
function redactErrorReport(error: ErrorReport, redact: Redact): ErrorReport {
  return {
    ...error,
    message: redact(error.message),
    ...(error.hint === undefined ? {} : { hint: redact(error.hint) }),
    ...(error.output === undefined ? {} : { output: error.output.map(redact) }),
  };
}

/** A copy of plain JSON in which every text went through `redact`. */
function redactTexts<T>(value: T, redact: Redact): T {
  if (typeof value === 'string') return redact(value) as T;
  if (Array.isArray(value)) return value.map((held) => redactTexts(held, redact)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, held]) => [key, redactTexts(held, redact)]);
  return Object.fromEntries(entries) as T;
}

/** The request with secrets taken out of all that was sent and came back. */
function redactRequest(request: RequestReport, redact: Redact): RequestReport {
  const { path, curl, failure, answer } = request;
  return {
    ...request,
    path: redact(path),
    curl: redact(curl),
    ...(failure === undefined ? {} : { failure: redact(failure) }),
    ...(answer === undefined ? {} : { answer: redactAnswer(answer, redact) }),
  };
}

function redactAnswer({ headers, body }: AnswerReport, redact: Redact): AnswerReport {
  const values = Object.entries(headers).map(([name, value]) => [name, redact(value)]);
  return { headers: Object.fromEntries(values), body: redact(body) };
}
