/** A file or directory in a layer that should not be in an image. */
export interface SuspiciousFile {
  readonly kind: 'env-file' | 'git' | 'key';
  /** Absolute path in the container. */
  readonly path: string;
  /** Counted from 1, the base image's first layer. */
  readonly layer: number;
  /** The later layer that removes it again, which does not make it unreadable. */
  readonly removedInLayer: number | undefined;
}

/** What the path of an entry alone says about it. A `key` still has to be read to know. */
export function suspectPath(path: string): SuspiciousFile['kind'] | undefined {
  if (isInstalledSoftware(path)) return undefined;
  const parts = path.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.includes('.git')) return 'git';
  if (isEnvFile(name)) return 'env-file';
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

/** Packages bring test keys that are public; they are no secret of this project. */
function isInstalledSoftware(path: string): boolean {
  return (
    /\/(site-packages|dist-packages|node_modules)\//.test(path) ||
    /^\/(usr|lib|var\/lib|etc\/ssl)\//.test(path)
  );
}
