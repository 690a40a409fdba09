import type { ImportedCompose } from './import-compose.ts';
import type { InitFacts } from './init-facts.ts';
import type { ProcfileEntry } from './read-procfile.ts';

/** The production command, bound where a container can be reached. */
export function webCommand(
  facts: InitFacts,
  procfile: readonly ProcfileEntry[],
  imported: ImportedCompose,
): readonly string[] {
  const written =
    procfile.find(({ name }) => name === 'web')?.command ??
    imported.processes.find(({ name }) => name === 'web')?.command;
  if (written !== undefined && /^(?:gunicorn|uvicorn|daphne|hypercorn|granian)\b/u.test(written)) {
    const words = written.split(/\s+/u).filter((word) => !word.includes('$'));
    const isBound = words.some((word) => /^(?:-b|--bind|--host|--port|-p)\b/u.test(word));
    return isBound || words[0] !== 'gunicorn' ? words : [...words, '--bind', '0.0.0.0:8000'];
  }
  const entry = facts.sources.entryPoints.find(({ path }) => path.endsWith('wsgi.py'));
  const module = (entry?.path ?? 'config/wsgi.py')
    .slice(
      facts.sources.codeDirectory === '.' ? 0 : (facts.sources.codeDirectory?.length ?? -1) + 1,
    )
    .replace(/\.py$/u, '')
    .replaceAll('/', '.');
  return ['gunicorn', `${module}:application`, '--bind', '0.0.0.0:8000'];
}

/** Where the production command comes from, in words. */
export function serverOrigin(
  facts: InitFacts,
  procfile: readonly ProcfileEntry[],
  imported: ImportedCompose,
): string {
  if (procfile.some(({ name }) => name === 'web')) return 'Procfile';
  if (imported.processes.some(({ command }) => command !== undefined)) {
    return facts.compose?.name ?? 'Compose';
  }
  return 'the usual one for its WSGI module';
}
