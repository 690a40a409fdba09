import type { MadeThings } from '../../django/run-skew.ts';
import type { CarriedThing } from '../../report/rollout-report.ts';

/** Why one release does not take what another one made: the difference of their settings. */
export function explainLoss(
  what: CarriedThing,
  detail: string,
  { from, to }: { readonly from: MadeThings; readonly to: MadeThings },
): string {
  const differences = [
    ...(what === 'csrf' ? [] : describeKey(from, to)),
    ...(what === 'session' || what === 'login' ? describeSession(from, to) : []),
    ...(what === 'csrf' && from.csrfCookie !== to.csrfCookie
      ? [`CSRF_COOKIE_NAME: ${from.csrfCookie} → ${to.csrfCookie}`]
      : []),
  ];
  return [...differences, ...(detail === '' ? [] : [detail])].join('; ');
}

function describeKey(from: MadeThings, to: MadeThings): readonly string[] {
  if (from.key === to.key || to.fallbacks.includes(from.key)) return [];
  return ['SECRET_KEY differs, and the other one is not in SECRET_KEY_FALLBACKS'];
}

function describeSession(from: MadeThings, to: MadeThings): readonly string[] {
  const names = {
    sessionCookie: 'SESSION_COOKIE_NAME',
    sessionEngine: 'SESSION_ENGINE',
    sessionSerializer: 'SESSION_SERIALIZER',
  } as const;
  return (Object.keys(names) as (keyof typeof names)[])
    .filter((key) => from[key] !== to[key])
    .map((key) => `${names[key]}: ${from[key]} → ${to[key]}`);
}
