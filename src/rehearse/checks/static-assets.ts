import type { AssetFacts } from '../../django/practice-facts.ts';
import type { Finding } from '../../report/finding.ts';

/** Static files that are in the image, and what is missing beside them. */
export function checkStaticAssets({
  texts,
  gzip,
  brotli,
  compresses,
  references,
}: AssetFacts): readonly Finding[] {
  const [first] = references;
  return [
    ...(compresses && texts > 0 && gzip === 0
      ? [
          {
            code: 'static-not-compressed',
            level: 'warn',
            step: 'settings',
            title: `Production’s storage compresses, and none of ${texts} texts is compressed in the image.`,
            detail:
              'There is no .gz beside any of them: they were collected with other settings, or removed.',
            hint: 'Run collectstatic with the production settings, and copy all of STATIC_ROOT.',
          } satisfies Finding,
        ]
      : []),
    ...(compresses && gzip > 0 && brotli === 0
      ? [
          {
            code: 'static-without-brotli',
            level: 'pass',
            step: 'settings',
            title: 'Static files are compressed with gzip alone.',
            detail:
              'With the package brotli WhiteNoise makes .br files, which are a fifth smaller.',
            hint: '',
          } satisfies Finding,
        ]
      : []),
    ...(first === undefined
      ? []
      : [
          {
            code: 'static-reference-missing',
            level: 'warn',
            step: 'settings',
            title: `A style names a file that is not there: ${first.url}`,
            detail: references.map(({ file, url }) => `${file}: url(${url})`).join('\n'),
            hint: 'Correct the path, which is relative to the style, or add the file. A manifest storage would refuse it.',
          } satisfies Finding,
        ]),
  ];
}
