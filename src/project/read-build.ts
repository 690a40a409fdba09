import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { inheritedKinds } from './build-schema.ts';
import type { EnvironmentSources } from './environment-sources.ts';
import { usualDockerfiles } from './find-manifest.ts';
import type { Manifest } from './manifest.ts';
import type { OriginMap } from './origin-map.ts';
import type { BuildDefinition, MissingBuildSecret } from './project.ts';
import { readTemplate } from './read-template.ts';
import { Secret } from './secret.ts';

interface BuildOptions {
  readonly root: string;
  readonly manifest: Manifest;
  readonly origins: OriginMap;
  readonly lookup: EnvironmentSources['lookup'];
}

/** How the image is built: paths made absolute, arguments and secrets given their values. */
export async function readBuild(options: BuildOptions): Promise<BuildDefinition> {
  const { root, manifest, origins } = options;
  const declared = manifest.content.app?.build ?? {};
  const { secrets, missingSecrets } = await readSecrets(options);
  const target = declared.target;
  origins.set('app.build.target', manifest.originOf(['app', 'build', 'target']));
  origins.set(
    'app.build.context',
    manifest.originOf(['app', 'build', 'context']) ?? {
      kind: 'default',
      text: 'the project’s directory',
    },
  );
  return {
    context: path.resolve(root, declared.context ?? '.'),
    dockerfile: path.resolve(root, await findDockerfile(options)),
    target,
    ...readArguments(options),
    secrets,
    ...(missingSecrets.length === 0 ? {} : { missingSecrets }),
    ...readInherited(options),
    ...readImages(options),
  };
}

function readInherited({ manifest, origins }: BuildOptions): Pick<BuildDefinition, 'inherit'> {
  const declared = manifest.content.app?.build?.inherit ?? false;
  const inherit = declared === true ? inheritedKinds : declared || [];
  if (inherit.length === 0) return {};
  origins.set('app.build.inherit', manifest.originOf(['app', 'build', 'inherit']));
  return { inherit };
}

function readImages({ manifest, origins }: BuildOptions): Pick<BuildDefinition, 'images'> {
  const { images } = manifest.content;
  if (images === undefined || Object.keys(images).length === 0) return {};
  origins.set('images', manifest.originOf(['images']));
  return { images };
}

async function findDockerfile({ root, manifest, origins }: BuildOptions): Promise<string> {
  const declared = manifest.content.app?.build?.dockerfile;
  if (declared !== undefined) {
    origins.set('app.build.dockerfile', manifest.originOf(['app', 'build', 'dockerfile']));
    return declared;
  }
  for (const file of usualDockerfiles) {
    const isThere = await access(path.join(root, file)).then(
      () => true,
      () => false,
    );
    if (!isThere) continue;
    origins.set('app.build.dockerfile', { kind: 'derived', text: `found ${file}` });
    return file;
  }
  return usualDockerfiles[0];
}

function readArguments(options: BuildOptions): Pick<BuildDefinition, 'args' | 'hiddenArgs'> {
  const args: Record<string, string> = {};
  const hiddenArgs: string[] = [];
  for (const [name, declared] of Object.entries(options.manifest.content.app?.build?.args ?? {})) {
    const value = declared === null ? passArgument(name, options) : readArgument(name, options);
    if (value === undefined) continue;
    args[name] = value instanceof Secret ? value.reveal() : value;
    if (value instanceof Secret) hiddenArgs.push(name);
  }
  return hiddenArgs.length === 0 ? { args } : { args, hiddenArgs };
}

/** As in Compose: without a value and without a variable the Dockerfile's default holds. */
function passArgument(name: string, { lookup, origins }: BuildOptions): Secret | undefined {
  const found = lookup(name);
  origins.set(`app.build.args.${name}`, found?.origin);
  return found?.value;
}

function readArgument(
  name: string,
  { manifest, lookup, origins }: BuildOptions,
): string | Secret | undefined {
  const keys = ['app', 'build', 'args', name];
  origins.set(`app.build.args.${name}`, manifest.originOf(keys));
  const declared = manifest.content.app?.build?.args?.[name];
  const text = manifest.sourceText(keys) ?? String(declared);
  if (text.includes('${services.')) {
    manifest.report(
      keys,
      'refers to a service, and no service runs while the image is built.',
      'Use the value at run time: put it under app.env.',
    );
    return undefined;
  }
  const read = readTemplate(text, { lookup, services: [], secret: undefined });
  for (const { message, hint } of read.problems) manifest.report(keys, message, hint);
  if (read.missing !== undefined) {
    manifest.report(keys, `has no value: ${read.missing}.`, 'Set it, or write ${…:-default}.');
  }
  return read.value;
}

async function readSecrets({ root, manifest, lookup, origins }: BuildOptions): Promise<{
  readonly secrets: Readonly<Record<string, Secret>>;
  readonly missingSecrets: readonly MissingBuildSecret[];
}> {
  const secrets: Record<string, Secret> = {};
  const missingSecrets: MissingBuildSecret[] = [];
  for (const [id, { env, file }] of Object.entries(manifest.content.app?.build?.secrets ?? {})) {
    const keys = ['app', 'build', 'secrets', id];
    if ((env === undefined) === (file === undefined)) {
      manifest.report(
        keys,
        'needs one of env and file.',
        `Write ${id}: { env: ${id.toUpperCase()} }.`,
      );
      continue;
    }
    const value = env === undefined ? await readSecretFile(root, file ?? '') : lookup(env)?.value;
    const origin = manifest.originOf(keys);
    origins.set(`app.build.secrets.${id}`, origin);
    if (value) secrets[id] = value;
    else if (origin) {
      const reason = env === undefined ? `${file} cannot be read` : `${env} is not set`;
      missingSecrets.push({ id, reason, origin });
    }
  }
  return { secrets, missingSecrets };
}

async function readSecretFile(root: string, file: string): Promise<Secret | undefined> {
  return readFile(path.resolve(root, file), 'utf8').then(
    (text) => new Secret(text),
    () => undefined,
  );
}
