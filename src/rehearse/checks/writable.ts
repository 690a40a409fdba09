import type { WritableFacts } from '../../django/practice-facts.ts';
import type { Finding } from '../../report/finding.ts';

/** What the user of the image may write, and what it would have to. */
export function checkWritable(
  { root, code, uploads, media, mediaWritable, temporary }: WritableFacts,
  /** VOLUME of the image: what lies there is another one’s at run time. */
  volumes: readonly string[],
): readonly Finding[] {
  const places = volumes.map((volume) => volume.replace(/\/+$/u, ''));
  const isVolume = (path: string): boolean =>
    places.some((place) => path === place || path.startsWith(`${place}/`));
  return [
    ...(code.length > 0 && !root
      ? [
          {
            code: 'image-code-writable',
            level: 'pass',
            step: 'settings',
            title: 'The production process may write the code that it runs.',
            detail: code.join('\n'),
            hint: '',
          } satisfies Finding,
        ]
      : []),
    ...(media !== null && !mediaWritable && !isVolume(media)
      ? [
          {
            code: 'media-not-writable',
            level: 'warn',
            step: 'settings',
            title: `Uploads fail: the user of the image may not write ${media}.`,
            detail: `${uploads.join(', ')}: each upload is a 500 (PermissionError), unless the platform mounts a volume there that this user owns.`,
            hint: `RUN mkdir -p ${media} && chown 10001:10001 ${media} before USER, or a storage outside of the container.`,
          } satisfies Finding,
        ]
      : []),
    ...(temporary
      ? []
      : [
          {
            code: 'temporary-not-writable',
            level: 'warn',
            step: 'settings',
            title:
              'There is no directory for temporary files that the user of the image may write.',
            detail:
              'Django writes uploads over 2.5 MB there, gunicorn the heartbeat of its workers.',
            hint: 'Leave /tmp with mode 1777, or name a directory in TMPDIR.',
          } satisfies Finding,
        ]),
  ];
}
