import type { Leaf } from '../side-facts.ts';
import {
  type AreaOutcome,
  type CompareInput,
  difference,
  hasOwnSettings,
  unionOf,
} from './compare-input.ts';
import type { ParityDifference } from '../parity-report.ts';
import { formatPair, sameLeaf } from './format-leaf.ts';

/** What settings for development are for: docs/parity.md lists them. */
const usual =
  /^(?:DEBUG|ALLOWED_HOSTS|INTERNAL_IPS|ADMINS|MANAGERS|SECURE_|SESSION_COOKIE_(?:SECURE|HTTPONLY|DOMAIN|NAME)|CSRF_(?:COOKIE_|TRUSTED_)|EMAIL_|DEFAULT_FROM_EMAIL|SERVER_EMAIL|USE_X_FORWARDED|LOGGING|CORS_|DEBUG_TOOLBAR|STORAGES\.staticfiles\.|STATICFILES_STORAGE$|(?:STATIC|MEDIA)_(?:URL|ROOT)$|TEMPLATES\[\d+\]\.OPTIONS\.debug)/u;
const address = /^(?:DATABASES\.[\w-]+\.(?:HOST|PORT|NAME|USER|TEST)|CACHES\.[\w-]+\.LOCATION)/u;
/** They decide which code runs, or what it does with data. */
const engines =
  /\.(?:ENGINE|BACKEND)$|^(?:SESSION_ENGINE|DEFAULT_FILE_STORAGE|AUTHENTICATION_BACKENDS|CHANNEL_LAYERS)|EAGER/u;
const structure =
  /^(?:MIDDLEWARE|INSTALLED_APPS|USE_TZ|TIME_ZONE|LANGUAGE_CODE|PASSWORD_HASHERS|ROOT_URLCONF|WSGI_APPLICATION|ASGI_APPLICATION|DATABASE_ROUTERS|TEMPLATES|AUTH_USER_MODEL)|\.(?:ATOMIC_REQUESTS|CONN_MAX_AGE|CONN_HEALTH_CHECKS)$/u;

/** A setting with more values than these that differ is one row. */
const rowsOfOne = 4;

/** The effective settings of both sides, each with its own module and environment. */
export function compareSettings(input: CompareInput): AreaOutcome {
  const { here, production } = input;
  const [own, other] = [here.settings, production.settings];
  if (own.values === undefined) return { notMeasured: `here: ${own.problem ?? 'no settings'}` };
  if (other.values === undefined) {
    return { notMeasured: `production: ${other.problem ?? 'no settings'}` };
  }
  const [left, right] = [own.values, other.values];
  const names = unionOf(left, right).filter(
    (name) => !sameLeaf(left[name], right[name]) && isSet(input, name),
  );
  const byRoot = Map.groupBy(names, rootOf);
  const rows = [...byRoot].flatMap(([root, all]) => {
    const each = all.map((name) => compareOne(input, name, left[name], right[name]));
    return each.length > rowsOfOne ? joinRows(root, each) : each;
  });
  return [...compareModules(input), ...rows];
}

/** The project says something about it: what a newer Django has by default is in its version. */
function isSet({ here, production }: CompareInput, name: string): boolean {
  const root = rootOf(name);
  return [here, production].some(({ settings }) => settings.origins?.[root] !== undefined);
}

function rootOf(name: string): string {
  return /^\w+/u.exec(name)?.[0] ?? name;
}

function compareModules({ project, here, production }: CompareInput): readonly ParityDifference[] {
  const [own, other] = [here.settings, production.settings];
  const rows: ParityDifference[] = [];
  if (own.module !== other.module) {
    rows.push(
      difference('settings', {
        subject: 'module',
        here: own.module,
        production: other.module,
        origin: 'DJANGO_SETTINGS_MODULE',
        cost: 3,
        intended: hasOwnSettings(project)
          ? 'the manifest names settings for development'
          : undefined,
        advice: 'Name both modules in the manifest: app.settings.dev and app.settings.prod.',
      }),
    );
  }
  return rows;
}

function compareOne(
  input: CompareInput,
  name: string,
  own: Leaf | undefined,
  other: Leaf | undefined,
): ParityDifference {
  const { here, production } = input;
  const root = rootOf(name);
  const places = [here.settings.origins?.[root], production.settings.origins?.[root]];
  const [ownPlace = 'Django’s default', otherPlace = 'Django’s default'] = places;
  const pair = formatPair(own, other);
  return difference('settings', {
    subject: name,
    here: pair.here ?? 'Django’s default',
    production: pair.production ?? 'Django’s default',
    origin: ownPlace === otherPlace ? ownPlace : `${ownPlace}; production: ${otherPlace}`,
    cost: costOf(name),
    intended: intention(input, name, [own, other], places),
    advice: `Let both settings modules share ${root}: set it in the one that they import.`,
  });
}

function costOf(name: string): number {
  if (engines.test(name)) return 5;
  return structure.test(name) ? 3 : 1;
}

function intention(
  { project, here, production }: CompareInput,
  name: string,
  leaves: readonly (Leaf | undefined)[],
  places: readonly (string | undefined)[],
): string | undefined {
  if (leaves.every((leaf) => leaf !== undefined && 'scheme' in leaf) || address.test(name)) {
    return 'the address of a service';
  }
  if (!hasOwnSettings(project) || here.settings.module === production.settings.module) {
    return undefined;
  }
  if (usual.test(name)) return 'what settings for development are for';
  if (costOf(name) > 1) return undefined;
  const [place] = places;
  const file = here.settings.module?.replaceAll('.', '/');
  const isDeclared = file !== undefined && place?.startsWith(file) === true;
  return isDeclared ? `${place} sets it for development` : undefined;
}

function joinRows(root: string, rows: readonly ParityDifference[]): readonly ParityDifference[] {
  const parts = [rows.filter((one) => one.intended === undefined), rows.filter(isIntended)];
  return parts.flatMap((part) => {
    const [first] = part;
    if (first === undefined) return [];
    return [
      difference('settings', {
        ...first,
        subject: root,
        here: `${part.length} values`,
        production: 'others',
        cost: Math.max(...part.map(({ cost }) => cost)),
        items: part.map(({ subject }) => subject),
      }),
    ];
  });
}

function isIntended({ intended }: ParityDifference): boolean {
  return intended !== undefined;
}
