import type { SmokeUser } from '../../project/smoke.ts';
import { openInside } from './run-inside.ts';
import type { Inside, Unavailable } from './smoke-target.ts';

/** The users of a run while they are there. */
export interface OpenedUsers extends AsyncDisposable {
  /** The `Set-Cookie` line of a user's session, or why there is none. */
  sessionOf(user: SmokeUser): { readonly cookie: string } | Unavailable;
  /** Removes them; answers why some could not be removed. */
  remove(): Promise<readonly string[]>;
}

/**
 * Makes the users in the application's own database and logs them in by its own session engine. They
 * are removed by `remove`, and by the program itself when djdev is gone.
 */
export async function openUsers(
  inside: Inside | Unavailable,
  users: readonly SmokeUser[],
  signal: AbortSignal,
): Promise<OpenedUsers> {
  if ('reason' in inside || users.length === 0) {
    const unavailable = 'reason' in inside ? inside : { reason: 'no user was asked for' };
    return {
      sessionOf: () => unavailable,
      remove: () => Promise.resolve([]),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }
  const sessions = new Map<string, { readonly cookie: string } | Unavailable>();
  const wanted = new Map(users.map((user) => [keyOf(user), user]));
  const data = [...wanted].map(([key, { name, isStaff, isSuperuser, permissions, fields }]) => ({
    key,
    name,
    staff: isStaff,
    superuser: isSuperuser,
    permissions,
    fields,
  }));
  const program = await openInside(inside, 'users', data, signal);
  let failure = 'the program that makes users ended before it had made this one';
  for (;;) {
    const answer = await program.next();
    if (answer === undefined || answer.type === 'ready') break;
    const { key, cookie, value, error } = answer;
    if (answer.type === 'failed') failure = String(error);
    else if (answer.type === 'not-made') sessions.set(String(key), { reason: String(error) });
    else sessions.set(String(key), { cookie: `${String(cookie)}=${String(value)}; Path=/` });
  }
  return {
    sessionOf: (user) => sessions.get(keyOf(user)) ?? { reason: failure },
    async remove() {
      program.finish();
      const problems: string[] = [];
      for (;;) {
        const answer = await program.next();
        if (answer === undefined || answer.type === 'done') return problems;
        if (answer.type === 'not-removed') problems.push(String(answer['error']));
      }
    },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}

/** Two entries that ask for the same user share it. */
function keyOf(user: SmokeUser): string {
  return JSON.stringify(user);
}
