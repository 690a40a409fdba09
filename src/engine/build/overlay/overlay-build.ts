import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Dockerfile } from '../../../project/dockerfile.ts';
import type { BuildDefinition } from '../../../project/project.ts';
import { Secret } from '../../../project/secret.ts';
import { overlayDockerfile } from './overlay-dockerfile.ts';
import { readCertificates } from './read-certificates.ts';
import { readInherited } from './read-inherited.ts';

/** What a build gets besides what its Dockerfile and the manifest's arguments say. */
export interface BuildOverlay {
  /** What the builder reads instead of the Dockerfile. */
  readonly text: string;
  /** Arguments that the image depends on, as on the Dockerfile. */
  readonly args: Readonly<Record<string, string>>;
  /** Arguments that BuildKit keeps out of the image and of its cache. */
  readonly proxy: Readonly<Record<string, string>>;
  /** Whether commands get the authorities that this machine trusts. */
  readonly isTrusting: boolean;
}

/** A definition as the builder gets it. Disposing of it removes what was written for it. */
export interface OverlaidBuild extends AsyncDisposable {
  readonly definition: BuildDefinition;
}

const certificateFile = '/run/djdev/ca.crt';
const certificateSecret = 'djdev-ca';

/** Read by pip, OpenSSL and uv, requests, curl, git and Node, in this order. */
const certificateVariables = [
  'PIP_CERT',
  'SSL_CERT_FILE',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'NODE_EXTRA_CA_CERTS',
];

/** The images, authorities, indexes and proxies that the manifest wants; `undefined` for none. */
export async function readOverlay(
  { images = {}, inherit = [] }: BuildDefinition,
  dockerfile: Dockerfile,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<BuildOverlay | undefined> {
  if (Object.keys(images).length === 0 && inherit.length === 0) return undefined;
  const { index, proxy } = await readInherited(inherit, env, homedir());
  const isTrusting = inherit.includes('certificates');
  const trust = certificateVariables.map((name) => `${name}=${certificateFile}`);
  const mount = `--mount=type=secret,id=${certificateSecret},target=${certificateFile},mode=0444`;
  const text = overlayDockerfile(dockerfile, {
    images,
    arguments: [...(isTrusting ? trust : []), ...Object.keys(index)],
    runFlags: isTrusting ? [mount] : [],
  });
  return { text, args: index, proxy, isTrusting };
}

/** Lays it over a definition, by way of a Dockerfile outside the context. */
export async function overlayBuild(
  definition: BuildDefinition,
  overlay: BuildOverlay | undefined,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<OverlaidBuild> {
  if (overlay === undefined) return { definition, [Symbol.asyncDispose]: async () => {} };
  const directory = await mkdtemp(join(tmpdir(), 'djdev-dockerfile-'));
  const dockerfile = join(directory, basename(definition.dockerfile));
  await writeFile(dockerfile, overlay.text);
  // BuildKit prefers a .dockerignore of the Dockerfile's own name, beside it.
  await copyFile(`${definition.dockerfile}.dockerignore`, `${dockerfile}.dockerignore`).catch(
    () => {},
  );
  // Read for a build alone: looking whether there is anything to build needs none of them.
  const certificates = overlay.isTrusting ? await readCertificates(env) : undefined;
  return {
    definition: {
      ...definition,
      dockerfile,
      args: { ...overlay.args, ...overlay.proxy, ...definition.args },
      secrets: {
        ...definition.secrets,
        ...(certificates !== undefined && { [certificateSecret]: new Secret(certificates) }),
      },
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
