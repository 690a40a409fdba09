/** A dump as `pg_dump` writes it. */
export interface DumpFormat {
  /** Its formats `c`, `t` and `p`. */
  readonly kind: 'custom' | 'tar' | 'plain';
  /** Version of the server that was dumped, such as `17.2`. */
  readonly serverVersion: string | undefined;
  /** It says so itself at its end, when it is whole. */
  readonly hasTrailer: boolean;
}

/** What the first bytes of a file, or of what was in it, say. */
export type DumpContent =
  | { readonly kind: 'gzip' }
  | { readonly kind: 'zstd' }
  | DumpFormat
  | { readonly kind: 'unknown'; readonly because: string };

/** Bytes that `identifyDump` wants to see, where there are as many. */
export const headBytes = 4096;

/** The last line of a whole plain dump. */
export const plainTrailer = 'PostgreSQL database dump complete';

const zstdMagic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** Recognises a dump by its beginning. Pure. */
export function identifyDump(head: Buffer): DumpContent {
  if (head.length === 0) return { kind: 'unknown', because: 'it is empty' };
  if (head[0] === 0x1f && head[1] === 0x8b) return { kind: 'gzip' };
  if (head.subarray(0, 4).equals(zstdMagic)) return { kind: 'zstd' };
  if (head.toString('latin1', 0, 5) === 'PGDMP') {
    return { kind: 'custom', serverVersion: readServerVersion(head), hasTrailer: false };
  }
  if (
    head.toString('latin1', 0, 7) === 'toc.dat' &&
    head.toString('latin1', 257, 262) === 'ustar'
  ) {
    const serverVersion = readServerVersion(head.subarray(512));
    return { kind: 'tar', serverVersion, hasTrailer: false };
  }
  return identifyText(head);
}

function identifyText(head: Buffer): DumpContent {
  if (head.includes(0)) return { kind: 'unknown', because: 'it is neither text nor of pg_dump' };
  const text = head.toString('utf8');
  const other = /^-- (MySQL|MariaDB) dump/mu.exec(text)?.[1];
  if (other !== undefined) return { kind: 'unknown', because: `it is a dump of ${other}` };
  if (text.includes('-- PostgreSQL database cluster dump')) {
    return { kind: 'unknown', because: 'it is of a whole server, by pg_dumpall' };
  }
  return {
    kind: 'plain',
    serverVersion: /^-- Dumped from database version (\S+)/mu.exec(text)?.[1],
    hasTrailer: text.includes('-- PostgreSQL database dump'),
  };
}

/** From the head of an archive: versions, sizes, moment, name of the database, then the version. */
function readServerVersion(head: Buffer): string | undefined {
  if (head.length < 12 || head.toString('latin1', 0, 5) !== 'PGDMP') return undefined;
  const archive = (head[5] ?? 0) * 100 + (head[6] ?? 0);
  const intBytes = head[8] ?? 4;
  let at = 11;
  // The compression is a byte since 1.15, and was a number before.
  at += archive >= 115 ? 1 : intBytes + 1;
  at += 7 * (intBytes + 1);
  const readText = (): string | undefined => {
    if (at + 1 + intBytes > head.length) return undefined;
    const length = head.readUIntLE(at + 1, Math.min(intBytes, 6)) * (head[at] === 1 ? -1 : 1);
    at += 1 + intBytes;
    if (length < 0) return '';
    const found = head.toString('utf8', at, at + length);
    at += length;
    return found;
  };
  readText();
  return readText()?.split(' ')[0];
}
