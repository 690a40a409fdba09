import type { SourceLocation } from '../errors/djdev-error.ts';
import type { DeployTarget } from './deploy-target.ts';
import type { Secret } from './secret.ts';
import type { HurlFile, SmokeTest } from './smoke.ts';
import type { ServiceReference } from './template.ts';

/** Where a value comes from, as `djdev config` shows it. */
export interface Origin {
  readonly kind:
    | 'manifest'
    | 'local-manifest'
    | 'env-file'
    | 'shell'
    | 'dockerfile'
    | 'derived'
    | 'default';
  /** For people: `djdev.yaml:4`, `.env:2`, `CMD at Dockerfile:19`, `found manage.py`. */
  readonly text: string;
  readonly location?: SourceLocation;
}

/** The two ways in which the project's one image is configured. */
export type Mode = 'dev' | 'prod';

/** What a variable holds and where that comes from. */
export interface VariableValue {
  /** May hold `${services.postgres.url}` and its parts; absent when nothing gives it a value. */
  readonly value: string | Secret | undefined;
  /** The pieces of a template that refers to services, in order. */
  readonly parts?: readonly (string | Secret | ServiceReference)[];
  readonly required: boolean;
  readonly origin: Origin;
}

/**
 * A variable of the application, before services are known. Where the two modes differ, `byMode`
 * holds what is different: `variablesFor` applies it.
 */
export interface Variable extends VariableValue {
  readonly name: string;
  /** May hold `${services.postgres.url}` and its parts; absent when nothing gives it a value. */
  readonly value: string | Secret | undefined;
  readonly required: boolean;
  /** A throw-away random value is made for each run when nothing else gives one. */
  readonly generate: boolean;
  readonly secret: boolean;
  readonly origin: Origin;
  readonly byMode?: Readonly<Partial<Record<Mode, VariableValue>>>;
}

/** A build secret that is declared and that nothing gives a value. */
export interface MissingBuildSecret {
  readonly id: string;
  /** `the variable PIP_TOKEN is not set`. */
  readonly reason: string;
  readonly origin: Origin;
}

export interface BuildDefinition {
  /** Absolute path on the host. */
  readonly context: string;
  /** Absolute path on the host. */
  readonly dockerfile: string;
  readonly target: string | undefined;
  readonly args: Readonly<Record<string, string>>;
  /** Names of arguments with a value from the shell or an env file, which is not to be printed. */
  readonly hiddenArgs?: readonly string[];
  /** By BuildKit secret id. */
  readonly secrets: Readonly<Record<string, Secret>>;
  readonly missingSecrets?: readonly MissingBuildSecret[];
  /** What commands of the build take over from this machine. */
  readonly inherit?: readonly InheritedKind[];
  /** References of images that the Dockerfile names → those to take instead. */
  readonly images?: Readonly<Record<string, string>>;
}

/** `certificates`: trusted authorities · `index`: where pip, uv and npm look · `proxy`: HTTP_PROXY… */
export type InheritedKind = 'certificates' | 'index' | 'proxy';

export interface ProcessDefinition {
  readonly name: string;
  /** `undefined`: the image's own ENTRYPOINT and CMD, unchanged. */
  readonly command: readonly string[] | undefined;
  /** Container port the process listens on; only web processes have one. */
  readonly port: number | undefined;
  /** Path of the health URL, beginning with `/`. */
  readonly health: string | undefined;
}

/** A variable of a service. */
export interface ServiceVariable extends VariableValue {
  readonly name: string;
}

/** When a service does its work, asked again and again until it does. */
export interface ReadyCheck {
  readonly ask:
    | { readonly type: 'http'; readonly path: string; readonly port: number }
    | { readonly type: 'tcp'; readonly port: number }
    | { readonly type: 'command'; readonly command: readonly string[] };
  /** Absent: a minute. */
  readonly timeoutMs?: number;
}

/** A service as it was declared; what djdev knows about its kind is not repeated here. */
export interface ServiceDefinition {
  readonly name: string;
  readonly kind: 'postgres' | 'redis' | 'mailpit' | 'image';
  readonly image: string;
  readonly variables?: readonly ServiceVariable[];
  /** Absent: the image's own. */
  readonly command?: readonly string[];
  /** Container ports that are published, beside those of its kind. */
  readonly ports?: readonly number[];
  /** Name of a volume within the service → path in the container; in place of those of its kind. */
  readonly volumes?: Readonly<Record<string, string>>;
  /** More host names on the network of the project. */
  readonly aliases?: readonly string[];
  /** Postgres: branches with other migrations have databases of their own. */
  readonly perBranch?: true;
  /** In place of that of its kind. */
  readonly ready?: ReadyCheck;
}

/** A smoke request that stands on its own, without what only a smoke test can ask for. */
export interface SmokeRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as `application/x-www-form-urlencoded`. */
  readonly form: Readonly<Record<string, string>> | undefined;
  readonly json: unknown;
  readonly expect: {
    readonly status: number;
    readonly contains: readonly string[];
    readonly absent: readonly string[];
    /** Lower-case header name → substring of its value. */
    readonly headers: Readonly<Record<string, string>>;
  };
  readonly location: SourceLocation | undefined;
}

/** The release that serves while the new one migrates. */
export interface PreviousDefinition {
  /** A git ref, or `merge-base`; `image`: a reference that the engine has or can pull. */
  readonly kind: 'git' | 'image';
  readonly reference: string;
  readonly location: SourceLocation | undefined;
}

/** Another level for the findings of a code. */
export interface CheckRule {
  readonly code: string;
  readonly level: 'off' | 'warn' | 'fail';
  /** Only findings whose title or detail contains it. */
  readonly contains?: string | undefined;
  readonly reason?: string | undefined;
  /** The last day on which it holds, in UTC: `2027-03-01`. */
  readonly until?: string | undefined;
  readonly location: SourceLocation | undefined;
}

/** Data of production, and what is done to it before anything uses it. */
export interface DataDefinition {
  readonly source:
    /** Absolute path of a dump. */
    | { readonly kind: 'file'; readonly path: string }
    /** Runs on this machine and writes a dump. */
    | { readonly kind: 'command'; readonly command: readonly string[] }
    /** The variable that holds a URL, and the URL where it has a value. */
    | { readonly kind: 'url'; readonly variable: string; readonly url: Secret | undefined };
  /** Files of SQL, absolute. */
  readonly masks: readonly {
    readonly path: string;
    readonly location: SourceLocation | undefined;
  }[];
  /** Tables by name or pattern whose rows are left out. */
  readonly excludeTableData: readonly string[];
  /** Absolute path of a profile by which tables without rows get some. */
  readonly profile?: string;
  readonly location: SourceLocation | undefined;
}

export interface RehearseDefinition {
  readonly data?: DataDefinition;
  readonly expect?: {
    /** Every line of the log is one JSON object. */
    readonly logs?: 'json';
    /** Front ends on other origins, and a path that they use. */
    readonly cors?: {
      readonly allow: readonly string[];
      readonly path: string;
      readonly credentials: boolean;
    };
  };
  /** Absent: none. */
  readonly checks?: readonly CheckRule[];
  /** Absolute path of the file of findings that were there before. */
  readonly baseline?: string;
  /** Where the release goes; absent: plain Docker. */
  readonly target?: DeployTarget;
  /** Commands run in the new image before it boots, in order. */
  readonly release: readonly (readonly string[])[];
  /** Commands run in the booted application before the smoke requests, in order; absent: none. */
  readonly setup?: readonly (readonly string[])[];
  /** Those that anybody can send at any time: the traffic of an old release, public pages. */
  readonly smoke: readonly SmokeRequest[];
  /** All of `rehearse.smoke`, in order. */
  readonly smokeTests: readonly SmokeTest[];
  /** Absent: none. */
  readonly hurlFiles?: readonly HurlFile[];
  readonly previous?: PreviousDefinition;
  /** Host header sent to the booted application, `X-Forwarded-Proto: https` beside it. */
  readonly host: string;
  readonly budgets: {
    readonly bootMs: number | undefined;
    readonly imageBytes: number | undefined;
    /** How long a request may wait while migrations run. */
    readonly lockMs?: number | undefined;
    /** Memory of all processes of the web container, under load. */
    readonly memoryBytes?: number | undefined;
    /** How long the release commands may take; then they are cut off. */
    readonly migrateMs?: number | undefined;
  };
  /** Of the played deployment. Absent: djdev chooses a load, nothing may fail, a wait is told. */
  readonly rolling?: {
    /** Requests a second. */
    readonly rps?: number;
    readonly maxFailed?: number;
    readonly maxStallMs?: number;
  };
  /** How long the platform waits between SIGTERM and SIGKILL. */
  readonly graceMs: number;
}

/** What one path, or all that a pattern fits, does while developing. */
export interface SyncRule {
  /** Relative to the build context; may be a pattern as in COPY, with `**`. */
  readonly path: string;
  readonly action: 'sync' | 'rebuild';
  /** Absolute path in the container; `undefined`: where COPY puts it. */
  readonly target: string | undefined;
  readonly origin: Origin;
}

/** Files while developing, where the Dockerfile and .dockerignore do not say it. */
export interface SyncDefinition {
  /** Patterns as in .dockerignore, relative to the build context. */
  readonly ignore: readonly string[];
  /** Directories from which nothing comes back: relative to the build context, or absolute in the container. */
  readonly oneWay: readonly string[];
  readonly map: readonly SyncRule[];
}

/** What the team declared and what was derived from the project's own files. Frozen. */
export interface Project {
  /** Lower-case, usable in names of containers and images. */
  readonly name: string;
  /** `<name>-<hash6 of the real path>`: differs between worktrees of one project. */
  readonly id: string;
  /** Absolute real path of the project's directory on the host. */
  readonly root: string;
  /** The files it was read from, absolute; empty when everything is derived. */
  readonly manifests: readonly string[];
  /** Env files that are read if they exist, absolute: of the manifest, the command line, and .env. */
  readonly envFiles?: readonly string[];
  readonly build: BuildDefinition;
  readonly settings: Readonly<Record<Mode, string | undefined>>;
  readonly variables: readonly Variable[];
  readonly processes: readonly ProcessDefinition[];
  readonly services: readonly ServiceDefinition[];
  readonly rehearse: RehearseDefinition;
  readonly sync: SyncDefinition;
  /** Origin by key path, for example `app.settings.prod`. */
  readonly origins: Readonly<Record<string, Origin>>;
}
