import type { PythonError } from '../../django/python-error.ts';

const name = '([A-Z][A-Z0-9_]{2,})';

/**
 * How the common ways of reading the environment complain: django-environ, python-decouple,
 * environs, pydantic-settings' cousins and hand-written helpers. What a message calls a variable
 * is believed; a capitalised word alone is not.
 */
const complaints: readonly RegExp[] = [
  new RegExp(`\\bSet the ${name} (?:environment|env) variable`, 'u'),
  new RegExp(`\\b(?:environment|env)\\.? variable\\b[^\\n]{0,20}?[\\s"'\`:]${name}\\b`, 'iu'),
  new RegExp(`\\b${name}["'\`]? (?:environment|env) variable`, 'u'),
  new RegExp(`\\b${name} not found\\. Declare it as envvar`, 'u'),
  new RegExp(
    `["'\`]?${name}["'\`]? (?:is not|must be|not|isn't) (?:set|defined) in the environment`,
    'u',
  ),
];

/** The environment variable whose absence is behind an error, if one is. */
export function findMissingVariable(chain: readonly PythonError[]): string | undefined {
  for (const error of chain) {
    const found = fromKeyError(error) ?? fromMessage(error.message);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `os.environ["NAME"]` fails inside Python's own os module, other dictionaries do not. */
function fromKeyError(error: PythonError): string | undefined {
  if (error.class !== 'KeyError') return undefined;
  const file = error.frames.at(-1)?.file ?? '';
  const inEnvironment = file === '<frozen os>' || file.endsWith('/os.py');
  return inEnvironment ? error.message.replaceAll(/^['"]|['"]$/gu, '') : undefined;
}

/** Only complaints of absence: "must be a number" is about a variable that has a value. */
function fromMessage(message: string): string | undefined {
  if (/\bmust (?:be (?!set)|begin|start)|\binvalid\b|\bnot a valid\b/iu.test(message))
    return undefined;
  for (const complaint of complaints) {
    const found = complaint.exec(message)?.[1];
    // The flag `i` of one pattern also takes words: a variable is written in capitals.
    if (found !== undefined && found === found.toUpperCase()) return found;
  }
  return undefined;
}
