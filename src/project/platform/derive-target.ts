import type { Derived } from '../derived.ts';
import type { DeployTarget, TargetName } from '../deploy-target.ts';
import { isDokkuAppJson, readDokkuTarget } from './app-json-target.ts';
import { readFlyTarget } from './fly-target.ts';
import { readKamalTarget } from './kamal-target.ts';
import { readKubernetesTarget } from './kubernetes-target.ts';
import type { PlatformFiles } from './platform-files.ts';
import { readRenderTarget } from './render-target.ts';
import { completeTarget, type TargetDraft } from './target-draft.ts';

/** The platform that the project’s files name; plain Docker when none does. */
export function deriveTargetName(files: PlatformFiles): Derived<TargetName> {
  const [first] = namedBy(files);
  return first === undefined
    ? { value: 'docker', origin: { kind: 'default', text: 'no file of a platform was found' } }
    : { value: first.name, origin: { kind: 'derived', text: `found ${first.file}` } };
}

/** The platform with what its own file changes. */
export function deriveTarget(name: TargetName, files: PlatformFiles, root: string): DeployTarget {
  return completeTarget(name, readDraft(name, files, root) ?? {});
}

function namedBy({
  kamal,
  fly,
  render,
  appJson,
  procfile,
  kubernetes,
}: PlatformFiles): readonly { readonly name: TargetName; readonly file: string }[] {
  const dokku = appJson !== undefined && isDokkuAppJson(appJson);
  const heroku =
    procfile?.path === 'heroku.yml' || (appJson !== undefined && procfile !== undefined);
  return [
    ...(kamal && /^service\s*:/mu.test(kamal.text)
      ? [{ name: 'kamal', file: kamal.path } as const]
      : []),
    ...(fly ? [{ name: 'fly', file: fly.path } as const] : []),
    ...(render && /^services\s*:/mu.test(render.text)
      ? [{ name: 'render', file: render.path } as const]
      : []),
    ...(dokku ? [{ name: 'dokku', file: appJson.path } as const] : []),
    ...(heroku && !dokku ? [{ name: 'heroku', file: procfile.path } as const] : []),
    ...kubernetes.slice(0, 1).map(({ path }) => ({ name: 'kubernetes', file: path }) as const),
  ];
}

function readDraft(
  name: TargetName,
  { kamal, fly, render, appJson, kubernetes }: PlatformFiles,
  root: string,
): TargetDraft | undefined {
  switch (name) {
    case 'kamal':
      return kamal && readKamalTarget(kamal, root);
    case 'fly':
      return fly && readFlyTarget(fly, root);
    case 'render':
      return render && readRenderTarget(render, root);
    case 'dokku':
      return appJson && readDokkuTarget(appJson, root);
    case 'kubernetes':
      return readKubernetesTarget(kubernetes, root);
    case 'heroku':
    case 'docker':
      return undefined;
    default:
      return name satisfies never;
  }
}
