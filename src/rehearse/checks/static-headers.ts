import type { Finding } from '../../report/finding.ts';
import type { HttpResponse } from '../http/send-request.ts';

type Answer = Pick<HttpResponse, 'status' | 'headers' | 'cookies' | 'body'>;

/** One static file as a page names it, asked for in the ways in which browsers and caches ask. */
export interface StaticAnswers {
  readonly path: string;
  /** `accept-encoding: identity`. */
  readonly plain: Answer;
  /** `accept-encoding: gzip`. */
  readonly compressed: Answer | undefined;
  /** With the ETag of `plain` in If-None-Match; absent without an ETag. */
  readonly again: Answer | undefined;
  /** The same path with another hash: nothing is there. */
  readonly missing: Answer | undefined;
}

const yearSeconds = 365 * 24 * 60 * 60;
/** `site.a925a3422ef6.css`: the name changes with the content. */
const hashedName = /\.[0-9a-f]{8,32}\.[a-z0-9]+$/u;
/** Below this, compression costs more than it saves. */
const leastCompressedBytes = 1000;

/** Whether the name of a file says which content it has. */
export function isHashedName(path: string): boolean {
  return hashedName.test(path);
}

/** How well static files are cached and compressed. Files that are not served are told elsewhere. */
export function checkStaticHeaders(answers: StaticAnswers): readonly Finding[] {
  if (answers.plain.status !== 200) return [];
  return [
    ...checkCaching(answers),
    ...checkCompression(answers),
    ...checkRevalidation(answers),
    ...checkMissing(answers),
  ];
}

function checkCaching({ path, plain }: StaticAnswers): readonly Finding[] {
  const findings: Finding[] = [];
  const cacheControl = plain.headers['cache-control'] ?? '';
  if (isHashedName(path) && maxAge(cacheControl) < yearSeconds) {
    findings.push(
      caching(
        `${path} is fetched again and again: ${cacheControl || 'no Cache-Control'}.`,
        'Its name changes with its content, so a browser could keep it for ever.',
        'WhiteNoise does that for names of its manifest; for names of a bundler set WHITENOISE_IMMUTABLE_FILE_TEST.',
      ),
    );
  }
  if (plain.cookies.length > 0) {
    findings.push(
      caching(
        `${path} sets a cookie, so no shared cache keeps it.`,
        `Set-Cookie: ${(plain.cookies[0] ?? '').split('=')[0] ?? ''}=…`,
        'Serve static files before the middleware that sets cookies.',
      ),
    );
  }
  return findings;
}

function checkCompression({ path, plain, compressed }: StaticAnswers): readonly Finding[] {
  const isText = /^(?:text\/|application\/(?:javascript|json)|image\/svg)/u;
  const size = plain.body.length;
  if (!isText.test(plain.headers['content-type'] ?? '') || size < leastCompressedBytes) return [];
  if (compressed?.headers['content-encoding'] === undefined) {
    return [
      caching(
        `${path} is sent uncompressed (${size} bytes).`,
        'The request accepted gzip.',
        'Use whitenoise.storage.CompressedManifestStaticFilesStorage, or compress at the proxy and switch this finding off.',
      ),
    ];
  }
  const vary = compressed.headers['vary'] ?? '';
  if (/accept-encoding/iu.test(vary) && compressed.body.equals(plain.body)) return [];
  return [
    caching(
      `${path} is not the same file when it is compressed.`,
      /accept-encoding/iu.test(vary)
        ? 'Its content differs from the uncompressed one.'
        : 'Without “Vary: Accept-Encoding” a shared cache hands gzip to those who cannot read it.',
      'Collect static files again; send “Vary: Accept-Encoding” with compressed files.',
    ),
  ];
}

function checkRevalidation({ path, again }: StaticAnswers): readonly Finding[] {
  if (again === undefined || again.status === 304) return [];
  return [
    caching(
      `${path} is sent whole although nothing changed.`,
      `If-None-Match with its own ETag was answered ${again.status} and not 304.`,
      'Let the server compare ETags, or send none.',
    ),
  ];
}

/** A shared cache that keeps a 404 keeps a page broken after the file is there. */
function checkMissing({ missing }: StaticAnswers): readonly Finding[] {
  const age = maxAge(missing?.headers['cache-control'] ?? '');
  if (missing === undefined || missing.status === 200 || age <= 60) return [];
  return [
    caching(
      'A static file that is missing is remembered as missing.',
      `${missing.status} with Cache-Control: ${missing.headers['cache-control'] ?? ''}`,
      'During a rollout pages of the one release ask the other for files: send 404 without a long max-age.',
    ),
  ];
}

function maxAge(cacheControl: string): number {
  return Number(/max-age=(\d+)/u.exec(cacheControl)?.[1] ?? 0);
}

function caching(title: string, detail: string, hint: string): Finding {
  return { code: 'static-headers', level: 'warn', step: 'http', title, detail, hint };
}
