import type { LoggingFacts } from '../../django/practice-facts.ts';
import type { Finding } from '../../report/finding.ts';

const snippet = `LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django": {"handlers": [], "propagate": True}},
}`;

/**
 * Whether an error would leave a line in the container's log. Django's own LOGGING shows nothing
 * once DEBUG is off: its console handler is behind RequireDebugTrue.
 */
export function checkErrorLogging({ loggers }: LoggingFacts): readonly Finding[] {
  const broken = loggers.flatMap(({ name, seen }) =>
    seen.flatMap(({ handler, error }) => (error === null ? [] : [{ name, handler, error }])),
  );
  const [first] = broken;
  if (first) return [formatterFails(first)];
  const blind = loggers.filter(({ seen }) => seen.length === 0);
  if (blind.length === 0) return checkTracebacks(loggers);
  return [
    {
      code: 'errors-not-logged',
      level: 'fail',
      step: 'settings',
      title: `Errors leave no line in the log: nothing that “${blind[0]?.name ?? ''}” writes is seen.`,
      detail: blind.map(describeLogger).join('\n'),
      hint: `Send errors to the console, in the production settings:\n${snippet}`,
    },
  ];
}

/** A line that an error happened, and nothing of where. */
function checkTracebacks(loggers: LoggingFacts['loggers']): readonly Finding[] {
  const bare = loggers.filter(({ seen }) => seen.every(({ traceback }) => !traceback));
  const [first] = bare;
  if (first === undefined) return [];
  return [
    {
      code: 'traceback-not-logged',
      level: 'warn',
      step: 'settings',
      title: `Errors of “${first.name}” are logged without their traceback.`,
      detail: first.seen.map(({ handler }) => `${handler}: its line has no exc_info`).join('\n'),
      hint: 'Let the formatter write exc_info: structlog’s format_exc_info or dict_tracebacks, python-json-logger’s "%(exc_info)s"; a formatter of your own calls formatException().',
    },
  ];
}

function describeLogger({ name, handlers }: LoggingFacts['loggers'][number]): string {
  const reached = handlers.length === 0 ? 'no handler' : handlers.join(', ');
  return `${name}: an ERROR reaches ${reached}, and none of them writes it to stdout or stderr`;
}

function formatterFails(broken: { name: string; handler: string; error: string }): Finding {
  return {
    code: 'errors-not-logged',
    level: 'fail',
    step: 'settings',
    title: `Errors leave no line in the log: the formatter of “${broken.name}” fails.`,
    detail: `${broken.handler} raised ${broken.error}`,
    hint: 'Mend the formatter; logging itself swallows what it raises.',
  };
}
