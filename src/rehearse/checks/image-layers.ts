import type { Finding } from '../../report/finding.ts';
import { instructionText } from '../image-scan/instruction-text.ts';
import type { ScannedLayer } from '../image-scan/scan-image.ts';

/** As dive has them: below this share, and above this weight, an image carries what nobody sees. */
const leastEfficiency = 0.95;
const mostWastedBytes = 20_000_000;
const shownFiles = 6;

/**
 * Bytes that every pull moves and no container sees. The last Dockerfile can only change its own
 * layers, but what it hides of the base is pulled all the same.
 */
export function checkImageWaste(layers: readonly ScannedLayer[]): readonly Finding[] {
  const bytes = layers.reduce((sum, layer) => sum + layer.bytes, 0);
  const wasted = layers.reduce((sum, layer) => sum + layer.wastedBytes, 0);
  if (wasted <= mostWastedBytes || 1 - wasted / bytes >= leastEfficiency) return [];
  const files = layers
    .flatMap((layer, index) => layer.wasted.map((file) => ({ ...file, layer: index + 1 })))
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, shownFiles);
  const [largest] = files;
  return [
    {
      code: 'image-carries-waste',
      level: 'warn',
      step: 'image',
      title: `${megabytes(wasted)} of the image’s ${megabytes(bytes)} are pulled and never seen.`,
      detail: files
        .map(
          (file) =>
            `${file.path}: ${megabytes(file.bytes)} in layer ${file.layer}, hidden by layer ${file.by} (${shorten(layers[file.by - 1]?.createdBy ?? '')})`,
        )
        .join('\n'),
      hint: hintFor(layers[(largest?.by ?? 0) - 1]?.createdBy ?? ''),
      measurement: { name: 'wasted bytes', value: wasted, unit: 'bytes' },
    },
  ];
}

function hintFor(instruction: string): string {
  if (/\bch(?:own|mod)\b/u.test(instruction)) {
    return 'COPY --chown=app:app . . in place of “RUN chown -R”, which copies every file once more.';
  }
  if (/\brm\b/u.test(instruction)) {
    return 'Remove files in the RUN that makes them, or mount them: RUN --mount=type=bind,from=…; a later layer only hides them.';
  }
  return 'Make each file once: join the RUN lines, or copy the result from a build stage.';
}

const secretName = /SECRET|PASSW|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIAL/u;
const harmless =
  /^(?:|x+|build|dummy|test|unused|changeme|collectstatic|not-?(?:a-?)?secret.*|build-?.*|only-?.*|\$.*)$/iu;

/** Values of build arguments, which the image’s history shows to whoever can pull it. */
export function checkImageHistory(history: readonly string[]): readonly Finding[] {
  const names = new Set<string>();
  for (const line of history) {
    const head = /^\|\d+ (.*?) (?:\/bin\/|\[)/u.exec(line.replace(/^RUN /u, ''))?.[1] ?? '';
    const declared = /^(?:\/bin\/sh -c #\(nop\)\s+)?ARG (.*)$/u.exec(line)?.[1] ?? '';
    for (const [, name = '', value = ''] of `${head} ${declared}`.matchAll(/(\w+)=(\S*)/gu)) {
      if (secretName.test(name) && !harmless.test(value.replaceAll(/["']/gu, ''))) names.add(name);
    }
  }
  if (names.size === 0) return [];
  const [first = ''] = names;
  return [
    {
      code: 'image-history-holds-secret',
      level: 'fail',
      step: 'image',
      title: `The history of the image shows the value of ${[...names].join(', ')}.`,
      detail:
        'It was a build argument: “docker history --no-trunc” prints it, also when no file holds it.',
      hint: `RUN --mount=type=secret,id=${first.toLowerCase()},env=${first} …, and app.build.secrets in djdev.yaml; replace what was pushed.`,
    },
  ];
}

function shorten(createdBy: string): string {
  const plain = instructionText(createdBy).replace(/^RUN /u, '');
  return plain.length > 60 ? `${plain.slice(0, 60)}…` : plain || 'its instruction is not known';
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
