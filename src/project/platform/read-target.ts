import type { DeployTarget } from '../deploy-target.ts';
import type { Manifest } from '../manifest.ts';
import { choose, type OriginMap } from '../origin-map.ts';
import { deriveTarget, deriveTargetName } from './derive-target.ts';
import type { PlatformFiles } from './platform-files.ts';

/** Where releases go: what the manifest names, else what the project’s files show. */
export function readTarget(
  manifest: Manifest,
  origins: OriginMap,
  { root, platforms }: { readonly root: string; readonly platforms: PlatformFiles },
): DeployTarget {
  const found = deriveTargetName(platforms);
  const place = { keys: ['rehearse', 'target'], manifest, origins };
  const name = choose(manifest.content.rehearse?.target, found, place) ?? found.value;
  return deriveTarget(name, platforms, root);
}
