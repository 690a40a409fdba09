/** A file or directory in a layer that should not be in an image. */
export interface SuspiciousFile {
  readonly kind: 'env-file' | 'git' | 'key' | 'database' | 'tool' | 'token';
  /** Absolute path in the container. */
  readonly path: string;
  /** Counted from 1, the base image's first layer. */
  readonly layer: number;
  /** The later layer that removes it again, which does not make it unreadable. */
  readonly removedInLayer: number | undefined;
  /** Of a token: whose it is, as `a GitHub token`. */
  readonly what?: string;
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

/** Files that hold passwords of a person or a machine, when their content says so. */
const credentialFile =
  /\/(?:\.netrc|\.pypirc|\.git-credentials|\.npmrc|\.aws\/credentials|\.docker\/config\.json|[^/]+\.ovpn)$/;
const credential =
  /password\s*[=:]\s*\S|_auth(?:Token)?\s*=\s*\S|aws_secret_access_key\s*=\s*\S|"auth"\s*:\s*"\S|\bpassword\s+\S|:\/\/[^:@\s/]+:[^@\s]+@|<(?:key|auth-user-pass)>/im;

/** Tokens that say by their form whose they are; those of documentation say that they are examples. */
const tokens: readonly (readonly [what: string, form: RegExp])[] = [
  ['an AWS access key', /\bAKIA(?![0-9A-Z]*EXAMPLE)[0-9A-Z]{16}\b/],
  ['a GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})\b/],
  ['a Stripe key', /\b[sr]k_live_[A-Za-z0-9]{20,}\b/],
  ['a Slack token', /\bxox[abpr]-[0-9]{6,}-[0-9A-Za-z-]{16,}/],
  ['a SendGrid key', /\bSG\.[\w-]{22}\.[\w-]{43}\b/],
  ['a Google service account', /"private_key"\s*:\s*"-----BEGIN PRIVATE KEY-----/],
];

const mostTokenBytes = 1_000_000;

/** Whether the text of a file is worth reading for tokens. */
export function mayHoldTokens(path: string, bytes: number): boolean {
  return (
    bytes <= mostTokenBytes &&
    !isInstalledSoftware(path) &&
    !/\.(?:png|jpe?g|gif|webp|ico|woff2?|ttf|mo|pyc|so|gz|br|zip|pdf|mp4)$/i.test(path)
  );
}

/** Whose token or password a file holds; nothing of it is told. */
export function findToken(path: string, content: Buffer): string | undefined {
  const text = content.toString('latin1');
  if (credentialFile.test(path) && credential.test(text)) return 'credentials';
  return tokens.find(([, form]) => form.test(text))?.[0];
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
