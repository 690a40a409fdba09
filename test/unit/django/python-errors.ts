import type { PythonError, PythonFrame } from '../../../src/django/python-error.ts';

/** A frame in the project's own code, unless the file says otherwise. */
export function frameOf(file: string, line: number, functionName = '<module>'): PythonFrame {
  const own = file.startsWith('/app/');
  return { file, line, function: functionName, own };
}

export function errorOf(
  name: string,
  message: string,
  part: Partial<PythonError> = {},
): PythonError {
  return { class: name, module: 'builtins', message, frames: [], ...part };
}

/** As `os.environ["NAME"]` raises it at line 41 of the production settings. */
export function keyError(name: string): PythonError {
  return errorOf('KeyError', `'${name}'`, {
    frames: [
      frameOf('/app/manage.py', 13, 'main'),
      frameOf('/usr/local/lib/python3.13/site-packages/django/conf/__init__.py', 69, '_setup'),
      frameOf('/app/config/settings/production.py', 41),
      frameOf('<frozen os>', 717, '__getitem__'),
    ],
  });
}
