import path from 'node:path';
import { describeHurlFile, describeSmokeTest } from './describe-smoke.ts';
import { formatDescription } from './format-description.ts';
import type {
  DataDefinition,
  Project,
  ReadyCheck,
  RehearseDefinition,
  ServiceDefinition,
  SyncDefinition,
  Variable,
  VariableValue,
} from './project.ts';
import { formatBytes, formatDuration } from './quantities.ts';
import { Secret } from './secret.ts';

/** A project as plain data, secrets redacted. As text it is YAML with origins at the line ends. */
export interface ProjectDescription {
  /** Of this shape; a change that breaks readers raises it. */
  readonly version: 1;
  readonly id: string;
  readonly root: string;
  /** Absolute; empty when everything is derived. */
  readonly manifests: readonly string[];
  /** The project in the shape of a manifest. */
  readonly project: Readonly<Record<string, unknown>>;
  /** Where each value comes from, by key path. */
  readonly origins: Readonly<Record<string, string>>;
  toString(): string;
}

/** What `djdev config` prints. Pure; nothing in it is a secret's value. */
export function describeProject(project: Project): ProjectDescription {
  const origins = describeOrigins(project);
  const content = describeContent(project);
  return {
    version: 1,
    id: project.id,
    root: project.root,
    manifests: project.manifests,
    project: content,
    origins,
    toString: () => formatDescription(project, content, origins),
  };
}

function describeData(
  { source, masks, excludeTableData, profile }: DataDefinition,
  relative: (file: string) => string,
): Readonly<Record<string, unknown>> {
  return withoutUndefined({
    dump: source.kind === 'file' ? relative(source.path) : undefined,
    command: source.kind === 'command' ? source.command : undefined,
    url: source.kind === 'url' ? { env: source.variable } : undefined,
    mask: masks.length === 0 ? undefined : masks.map(({ path }) => relative(path)),
    exclude_table_data: excludeTableData.length === 0 ? undefined : excludeTableData,
    profile: profile === undefined ? undefined : relative(profile),
  });
}

function describeContent(project: Project): Readonly<Record<string, unknown>> {
  const { build, settings, rehearse } = project;
  const { bootMs, imageBytes, lockMs, memoryBytes, migrateMs } = rehearse.budgets;
  const relative = (file: string): string => path.relative(project.root, file) || '.';
  return withoutUndefined({
    name: project.name,
    app: withoutUndefined({
      build: withoutUndefined({
        context: relative(build.context),
        dockerfile: relative(build.dockerfile),
        target: build.target,
        args: unlessEmpty(describeArguments(build)),
        secrets: unlessEmpty(
          Object.fromEntries([
            ...Object.keys(build.secrets).map((id) => [id, redacted]),
            ...(build.missingSecrets ?? []).map(({ id }) => [id, null]),
          ]),
        ),
        inherit: build.inherit,
      }),
      settings: unlessEmpty(withoutUndefined(settings)),
      env: unlessEmpty(
        Object.fromEntries(project.variables.map((item) => [item.name, describeVariable(item)])),
      ),
    }),
    images: build.images,
    processes: Object.fromEntries(
      project.processes.map(({ name, command, port, health }) => [
        name,
        withoutUndefined({ command: command ?? null, port, health }),
      ]),
    ),
    services: unlessEmpty(
      Object.fromEntries(
        project.services.map((service) => [service.name, describeService(service)]),
      ),
    ),
    sync: unlessEmpty(describeSync(project.sync)),
    rehearse: withoutUndefined({
      release: rehearse.release,
      previous: rehearse.previous && { [rehearse.previous.kind]: rehearse.previous.reference },
      data: rehearse.data && describeData(rehearse.data, relative),
      host: rehearse.host,
      target: rehearse.target?.name,
      grace: formatDuration(rehearse.graceMs),
      budgets: unlessEmpty(
        withoutUndefined({
          boot: bootMs === undefined ? undefined : formatDuration(bootMs),
          image: imageBytes === undefined ? undefined : formatBytes(imageBytes),
          lock: lockMs === undefined ? undefined : formatDuration(lockMs),
          memory: memoryBytes === undefined ? undefined : formatBytes(memoryBytes),
          migrate: migrateMs === undefined ? undefined : formatDuration(migrateMs),
        }),
      ),
      rolling: rehearse.rolling && describeRolling(rehearse.rolling),
      setup: rehearse.setup,
      smoke: describeSmoke(rehearse),
    }),
  });
}

function describeRolling({
  rps,
  maxFailed,
  maxStallMs,
}: NonNullable<RehearseDefinition['rolling']>): Readonly<Record<string, unknown>> {
  const maxStall = maxStallMs === undefined ? undefined : formatDuration(maxStallMs);
  return withoutUndefined({ rps, maxFailed, maxStall });
}

function describeSync({ ignore, oneWay, map }: SyncDefinition): Readonly<Record<string, unknown>> {
  const rules = map.map(({ path: written, action, target }) =>
    withoutUndefined({ path: written, action, target }),
  );
  return withoutUndefined({
    ignore: ignore.length === 0 ? undefined : ignore,
    one_way: oneWay.length === 0 ? undefined : oneWay,
    map: rules.length === 0 ? undefined : rules,
  });
}

const redacted = String(new Secret(''));

function describeArguments({
  args,
  hiddenArgs = [],
}: Project['build']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      name,
      hiddenArgs.includes(name) ? redacted : value,
    ]),
  );
}

function describeVariable(variable: Variable): unknown {
  const { byMode } = variable;
  if (byMode === undefined) return describeValue(variable, variable.generate);
  return Object.fromEntries(
    (['dev', 'prod'] as const).map((mode) => [
      mode,
      describeValue(byMode[mode] ?? variable, variable.generate),
    ]),
  );
}

function describeService(service: ServiceDefinition): unknown {
  const { image, variables = [], command, ports, volumes = {}, aliases, ready } = service;
  return withoutUndefined({
    image,
    env: unlessEmpty(
      Object.fromEntries(variables.map((item) => [item.name, describeValue(item, false)])),
    ),
    command,
    ports,
    volumes: unlessEmpty(Object.entries(volumes).map((pair) => pair.join(':'))),
    ...(aliases === undefined ? {} : { aliases }),
    ready: ready && describeReady(ready),
  });
}

function describeReady({ ask, timeoutMs }: ReadyCheck): unknown {
  const question = {
    http: ask.type === 'http' ? ask.path : undefined,
    port: ask.type === 'http' ? ask.port : undefined,
    tcp: ask.type === 'tcp' ? ask.port : undefined,
    command: ask.type === 'command' ? ask.command : undefined,
  };
  return withoutUndefined({
    ...question,
    timeout: timeoutMs === undefined ? undefined : formatDuration(timeoutMs),
  });
}

function describeValue({ value }: VariableValue, generate: boolean): unknown {
  if (value !== undefined) return String(value);
  return generate ? { generate: true } : null;
}

function describeOrigins({ origins, build, variables }: Project): ProjectDescription['origins'] {
  return Object.fromEntries([
    ...Object.entries(origins).map(([key, origin]) => [key, origin.text]),
    ...(build.missingSecrets ?? []).map(({ id, reason, origin }) => [
      `app.build.secrets.${id}`,
      `${origin.text}: ${reason}`,
    ]),
    ...variables.flatMap((variable) => {
      const { name, byMode, generate } = variable;
      const key = `app.env.${name}`;
      if (byMode === undefined) return [[key, describeOrigin(variable, generate)]];
      return (['dev', 'prod'] as const).map((mode) => [
        `${key}.${mode}`,
        describeOrigin(byMode[mode] ?? variable, generate),
      ]);
    }),
  ]);
}

function describeOrigin({ value, required, origin }: VariableValue, generate: boolean): string {
  if (value !== undefined || generate) return origin.text;
  return `${origin.text}, ${required ? 'required and without a value' : 'without a value'}`;
}

function describeSmoke({ smokeTests, hurlFiles = [] }: Project['rehearse']): unknown {
  const all = [...smokeTests.map(describeSmokeTest), ...hurlFiles.map(describeHurlFile)];
  return all.length === 0 ? undefined : all;
}

function withoutUndefined(value: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined));
}

function unlessEmpty<T extends object>(value: T): T | undefined {
  return Object.keys(value).length === 0 ? undefined : value;
}
