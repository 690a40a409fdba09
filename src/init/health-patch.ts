import path from 'node:path';
import type { SourceFile } from '../project/project-sources.ts';
import type { InitFacts } from './init-facts.ts';
import type { PlannedSettings } from './plan-settings.ts';

const health = `from django.db import DatabaseError, InterfaceError, connection
from django.http import JsonResponse


def health_check(get_response):
    """Answers /healthz/ with one query, before anything looks at the Host header or asks for https:
    platforms ask the container by its address."""

    def middleware(request):
        if request.path_info != "/healthz/":
            return get_response(request)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except (DatabaseError, InterfaceError):
            return JsonResponse({"status": "unavailable"}, status=503)
        return JsonResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})

    return middleware
`;

/**
 * A health URL as a patch for `git apply`: a new module beside the settings, and its line at the
 * top of MIDDLEWARE. `undefined` where that list is not written in the settings.
 */
export function renderHealthPatch(
  facts: InitFacts,
  { files }: PlannedSettings,
): string | undefined {
  const settings = files.find(({ text }) => /^MIDDLEWARE\s*=\s*\[/mu.test(text));
  if (settings === undefined) return undefined;
  const code = facts.sources.codeDirectory ?? '.';
  const directory = packageOf(settings);
  const file = path.posix.join(directory, 'health.py');
  const module = path.posix.relative(code, file).replace(/\.py$/u, '').replaceAll('/', '.');
  if (facts.paths.has(file) || module.startsWith('..')) return undefined;
  return addFile(file, health) + addMiddleware(settings, `${module}.health_check`);
}

/** Above a package of settings, so that the module is not one of them. */
function packageOf({ path: file }: SourceFile): string {
  const directory = path.posix.dirname(file);
  return path.posix.basename(directory) === 'settings' ? path.posix.dirname(directory) : directory;
}

function addFile(file: string, text: string): string {
  const lines = text.trimEnd().split('\n');
  return [
    `diff --git a/${file} b/${file}`,
    'new file mode 100644',
    '--- /dev/null',
    `+++ b/${file}`,
    `@@ -0,0 +1,${lines.length} @@`,
    ...lines.map((line) => `+${line}`),
    '',
  ].join('\n');
}

/** Three lines of context on both sides, as diff has them. */
function addMiddleware({ path: file, text }: SourceFile, name: string): string {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => /^MIDDLEWARE\s*=\s*\[/u.test(line));
  const before = lines.slice(Math.max(0, at - 2), at + 1);
  const after = lines.slice(at + 1, at + 4);
  const quote = after.join('').includes('"') ? '"' : "'";
  const start = Math.max(0, at - 2) + 1;
  const count = before.length + after.length;
  return [
    `diff --git a/${file} b/${file}`,
    `--- a/${file}`,
    `+++ b/${file}`,
    `@@ -${start},${count} +${start},${count + 1} @@`,
    ...before.map((line) => ` ${line}`),
    `+    ${quote}${name}${quote},`,
    ...after.map((line) => ` ${line}`),
    '',
  ].join('\n');
}
