import { randomBytes } from 'node:crypto';
import type { EnvironmentValues } from '../engine/engine.ts';
import type { ServiceDefinition } from '../project/project.ts';
import { Secret } from '../project/secret.ts';

/**
 * A Postgres that does not run yet. Its address is settled before it starts, so that the
 * application's environment can be resolved while the server comes up.
 */
export interface ScratchPostgresPlan {
  /** Name of the service in the manifest. */
  readonly service: string;
  readonly image: string;
  /** DNS name on the run's network. */
  readonly host: string;
  /** More names there. */
  readonly aliases?: readonly string[];
  /** Port on the run's network. */
  readonly port: number;
  readonly user: string;
  readonly password: Secret;
  readonly database: string;
  /** `postgres://user:password@host:port/database`, as containers of the run reach it. */
  readonly url: Secret;
  /** Declared; absent: the image's own. */
  readonly command?: readonly string[];
  /** Declared variables, beside those that name user, password and database. */
  readonly environment?: EnvironmentValues;
}

const containerPort = 5432;

/** Bytes of randomness in a password; as base64url text it needs no escaping in a URL. */
const passwordBytes = 24;

/** Where the scratch Postgres of one run will be; its password is random unless one is given. */
export function planScratchPostgres(
  service: ServiceDefinition,
  projectName: string,
  password = randomBytes(passwordBytes).toString('base64url'),
): ScratchPostgresPlan {
  const name = asIdentifier(projectName);
  return {
    service: service.name,
    image: service.image,
    host: service.name,
    port: containerPort,
    user: name,
    password: new Secret(password),
    database: name,
    url: new Secret(`postgres://${name}:${password}@${service.name}:${containerPort}/${name}`),
    ...(service.command && { command: service.command }),
    ...(service.aliases && { aliases: service.aliases }),
  };
}

/** A name that Postgres, URLs and shells take without quotes. Names with `pg_` are reserved. */
function asIdentifier(name: string): string {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]+/gu, '_');
  return /^[a-z]/u.test(plain) && !plain.startsWith('pg_') ? plain : `app_${plain}`;
}
