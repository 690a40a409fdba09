import type { DeclaredEntry } from './read-smoke-check.ts';
import type { SmokeUser } from './smoke.ts';

/** Users that a word is enough for. */
const roles: Readonly<Record<string, Pick<SmokeUser, 'isStaff' | 'isSuperuser'>>> = {
  staff: { isStaff: true, isSuperuser: false },
  superuser: { isStaff: true, isSuperuser: true },
};

/** `as: user`, `staff`, `superuser` or any other name, or all of it as a mapping. */
export function readSmokeUser(declared: DeclaredEntry['as']): SmokeUser | undefined {
  if (declared === undefined) return undefined;
  if (typeof declared === 'string') {
    const role = roles[declared] ?? { isStaff: false, isSuperuser: false };
    return { name: declared, ...role, permissions: [], fields: {} };
  }
  const { name = 'user', staff = false, superuser = false, permissions = [], fields } = declared;
  return {
    name,
    isStaff: staff || superuser,
    isSuperuser: superuser,
    permissions: typeof permissions === 'string' ? [permissions] : permissions,
    fields: fields ?? {},
  };
}
