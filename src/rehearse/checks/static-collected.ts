import type { Finding } from '../../report/finding.ts';

interface Files {
  readonly files: number;
  readonly bytes: number;
}

/** The finding for files that were collected as they should be. */
export function staticCollected(title: string, { files }: Files): Finding {
  return {
    code: 'static-collected',
    level: 'pass',
    step: 'static',
    title,
    detail: '',
    hint: '',
    measurement: { name: 'static files', value: files, unit: 'count' },
  };
}

/** Django knows of no static file at all: right for an API, odd for anything with pages. */
export function nothingCollected(): Finding {
  return {
    code: 'static-nothing-collected',
    level: 'warn',
    step: 'static',
    title: 'collectstatic found no files.',
    detail: 'Neither an app nor STATICFILES_DIRS has static files in this image.',
    hint: 'If there should be some, see that COPY and .dockerignore let them into the image.',
  };
}

/** `133 files (1.2 MB)`. */
export function describeFiles({ files, bytes }: Files): string {
  return `${files} file${files === 1 ? '' : 's'} (${formatBytes(bytes)})`;
}

function formatBytes(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
