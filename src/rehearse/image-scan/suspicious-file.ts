/** A file or directory in a layer that should not be in an image. */
export interface SuspiciousFile {
  readonly kind: 'env-file' | 'git' | 'key' | 'database' | 'tool';
  /** Absolute path in the container. */
  readonly path: string;
  /** Counted from 1, the base image's first layer. */
  readonly layer: number;
  /** The later layer that removes it again, which does not make it unreadable. */
  readonly removedInLayer: number | undefined;
}

/** What the path of an entry alone says about it. A `key` still has to be read to know. */
export function suspectPath(path: string): SuspiciousFile['kind'] | undefined {
  if (isDevelopmentTool(path)) return 'tool';
  if (isInstalledSoftware(path)) return undefined;
  const parts = path.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.includes('.git')) return 'git';
  if (isEnvFile(name)) return 'env-file';
  if (isDatabase(name)) return 'database';
  if (/\.(pem|key|p8|ppk)$/i.test(name) || /^id_(rsa|dsa|ecdsa|ed25519)$/.test(name)) return 'key';
  return undefined;
}

/** Whether the beginning of a file is that of a private key, and not of a certificate. */
export function isPrivateKey(beginning: Buffer): boolean {
  return /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----|^PuTTY-User-Key-File/.test(
    beginning.toString('latin1'),
  );
}

/** `.env` and `.env.production`, but not the examples that are meant to be published. */
function isEnvFile(name: string): boolean {
  return (
    /^\.env(\..+)?$/.test(name) && !/\.(example|sample|template|dist|defaults?|md)$/i.test(name)
  );
}

/** Databases and dumps hold what users wrote. */
function isDatabase(name: string): boolean {
  return /\.(sqlite3?|dump|rdb)$|\.(sql|dump)\.(gz|zst|xz|bz2)$/i.test(name);
}

const developmentPackages =
  /^(pytest|django_debug_toolbar|ipdb|ipython|black|ruff|mypy|pylint|flake8|coverage|pre_commit)-[^/]+\.dist-info$/i;

/** A compiler, or a package that only developers import. */
function isDevelopmentTool(path: string): boolean {
  if (/^\/usr\/bin\/(?:[a-z0-9_]+-linux-gnu-)?(?:gcc|g\+\+)(?:-\d+)?$/.test(path)) return true;
  const [, directory] = /\/(?:site|dist)-packages\/([^/]+)\/METADATA$/.exec(path) ?? [];
  return directory !== undefined && developmentPackages.test(directory);
}

/** Packages bring test keys that are public; they are no secret of this project. */
function isInstalledSoftware(path: string): boolean {
  return (
    /\/(site-packages|dist-packages|node_modules)\//.test(path) ||
    /^\/(usr|lib|var\/lib|etc\/ssl)\//.test(path)
  );
}
