import type { TemplateFacts } from '../../django/practice-facts.ts';
import type { Finding } from '../../report/finding.ts';
import type { LocatePath } from './deploy-check-location.ts';

/**
 * Templates that cannot be compiled, and static files that no manifest has: errors 500 of pages
 * that nobody has asked for yet. A template that nothing names is only a warning.
 */
export function checkTemplates(
  { broken, missing }: TemplateFacts,
  locate: LocatePath,
): readonly Finding[] {
  const place = (file: string, line: number | null): Pick<Finding, 'location'> => ({
    location: { file: locate(file), ...(line === null ? {} : { line }) },
  });
  return [
    ...broken.map(({ name, file, line, kind, error, used }): Finding => ({
      code: 'template-broken',
      level: used ? 'fail' : 'warn',
      step: 'settings',
      title: `The template ${name} cannot be compiled: ${firstLine(error)}`,
      detail: describe(kind, used),
      hint: hintFor(error),
      ...place(file, line),
    })),
    ...missing.map(({ name, file, line, path, error, used }): Finding => ({
      code: 'template-static-missing',
      level: used ? 'fail' : 'warn',
      step: 'settings',
      title: `The template ${name} names the static file ${path}, which is not there.`,
      detail: `${firstLine(error)}\n${describe('ValueError', used)}`,
      hint: `Correct {% static '${path}' %}, or add the file where a finder looks and collect again.`,
      ...place(file, line),
    })),
  ];
}

function describe(kind: string, used: boolean): string {
  return used
    ? `Every page that renders it is a 500 (${kind}).`
    : `A page that renders it would be a 500 (${kind}). Nothing in the project names it.`;
}

function hintFor(error: string): string {
  const tag = /Invalid block tag[^']*'([^']+)'|Invalid filter: '([^']+)'/u.exec(error);
  const name = tag?.[1] ?? tag?.[2];
  const library = /'([^']+)' is not a registered tag library/u.exec(error)?.[1];
  if (library !== undefined)
    return `Install the app with the tag library ${library}, or remove {% load ${library} %}.`;
  if (name !== undefined) return `Add the {% load … %} that brings “${name}”, or correct its name.`;
  return 'Correct the tag at that line; “djdev shell” with get_template() tries it.';
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
