import type { ProcessDefinition } from '../../project/project.ts';

/** Celery applications that workers of the manifest run: what follows `celery -A`. */
export function celeryApps(processes: readonly ProcessDefinition[]): readonly string[] {
  const names = processes.flatMap(({ command = [] }) => {
    const words = command.flatMap((word) => word.split(/\s+/u));
    if (!words.some((word) => /(?:^|\/)celery$/u.test(word))) return [];
    const joined = words.map((word) => /^(?:--app=|-A)(.+)$/u.exec(word)?.[1]).find(Boolean);
    const flag = words.findIndex((word) => word === '-A' || word === '--app');
    const name = joined ?? (flag === -1 ? undefined : words[flag + 1]);
    return name === undefined ? [] : [name];
  });
  return [...new Set(names)];
}
