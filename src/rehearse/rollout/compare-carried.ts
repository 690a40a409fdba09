import type { CeleryTask, SkewMaking, SkewValues } from '../../django/run-skew.ts';
import type { Crossing } from '../../report/rollout-report.ts';

const directions = ['old-to-new', 'new-to-old'] as const;

/**
 * Values in shared caches that only one of the releases can read. Values that neither reads are
 * others', such as results of tasks. Pure.
 */
export function compareCachedValues(old: SkewValues, own: SkewValues): readonly Crossing[] {
  const unread = old.unread ?? own.unread;
  if (unread !== undefined && old.values.length + own.values.length === 0) {
    return directions.map((direction) => ({
      what: 'cached',
      direction,
      outcome: 'not-tried',
      detail: unread,
    }));
  }
  if (old.values.length === 0 || own.values.length === 0) return [];
  const pairs = [
    ['old-to-new', old, own],
    ['new-to-old', own, old],
  ] as const;
  return pairs.map(([direction, writer, reader]): Crossing => {
    const readable = new Set(
      writer.values
        .filter(({ error }) => error === null)
        .map(({ alias, key }) => `${alias} ${key}`),
    );
    const lost = reader.values.filter(
      ({ alias, key, error }) => error !== null && readable.has(`${alias} ${key}`),
    );
    const shown = lost.slice(0, 5).map(({ key, error }) => `${key}: ${error ?? ''}`);
    const count = lost.length > shown.length ? [`${lost.length} in all`] : [];
    return {
      what: 'cached',
      direction,
      outcome: lost.length === 0 ? 'kept' : 'lost',
      detail: [...shown, ...count].join('\n'),
    };
  });
}

/**
 * Jobs that lie in the queue while the release changes: whether the new workers know their names,
 * and take what the old release must have sent along. Pure.
 */
export function compareTasks(
  { tasks: old, tasksUnread }: Pick<SkewMaking, 'tasks' | 'tasksUnread'>,
  { tasks: own, tasksUnread: ownUnread }: Pick<SkewMaking, 'tasks' | 'tasksUnread'>,
  hasServices: boolean,
): readonly Crossing[] {
  if (!hasServices) return [];
  const unread = tasksUnread ?? ownUnread;
  const direction = 'old-to-new';
  if (unread !== undefined) {
    return [{ what: 'task', direction, outcome: 'not-tried', detail: unread }];
  }
  if (old.length === 0) return [];
  const lost = old.flatMap((task) => {
    const reason = findRefusal(
      task,
      own.find(({ name }) => name === task.name),
    );
    return reason === undefined ? [] : [`${task.name}: ${reason}`];
  });
  return [
    {
      what: 'task',
      direction,
      outcome: lost.length === 0 ? 'kept' : 'lost',
      detail: lost.join('\n'),
    },
  ];
}

/** Why a job with all arguments that it must have cannot be run; `undefined` when it can. */
function findRefusal(old: CeleryTask, own: CeleryTask | undefined): string | undefined {
  if (own === undefined) return 'the new release has no such task';
  if (own.takesAny || old.takesAny) return undefined;
  const known = [...old.required, ...old.optional];
  const added = own.required.filter((name) => !known.includes(name));
  const taken = own.required.length + own.optional.length;
  // Given by position, a new name in an old place is only a new name.
  if (own.required.length > known.length) return `it now needs ${added.join(', ')}`;
  if (taken < old.required.length) {
    return `it takes ${taken} arguments, and jobs have ${old.required.length}`;
  }
  return undefined;
}
