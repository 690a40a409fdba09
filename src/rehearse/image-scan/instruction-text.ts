/** `RUN |2 A=1 B=2 /bin/bash -eo pipefail -c …`, as BuildKit and the classic builder write it. */
const shellCommand =
  /^(?:RUN )?(?:\|\d+ .*? )?(?:\/\S*)?\b(?:sh|ash|bash|dash|zsh)(?: (?:-\S+|pipefail))*? -\w*c (?<command>.*)$/su;

/** Of a file or a directory, as the classic builder writes it; so much is enough to tell two apart. */
const digest = /\b((?:file|dir|multi):[0-9a-f]{12})[0-9a-f]{52}\b/gu;

/**
 * The instruction of a Dockerfile as a person wrote it, from the `created_by` of an image's
 * history: without the shell, what the builder adds, and the values of build arguments, which
 * may be secret. Empty when the image does not say.
 */
export function instructionText(createdBy: string): string {
  const plain = createdBy.replace(/\s*# buildkit\s*$/u, '').trim();
  const other = /^(?:\/bin\/sh -c )?#\(nop\)\s+(?<other>.*)$/su.exec(plain)?.groups?.['other'];
  if (other !== undefined) return onOneLine(other.replaceAll(digest, '$1'));
  const command = shellCommand.exec(plain)?.groups?.['command'];
  return onOneLine(command === undefined ? withoutArguments(plain) : `RUN ${command}`);
}

/** Of a command that no shell runs. */
function withoutArguments(text: string): string {
  const { count, rest = '' } = /^RUN \|(?<count>\d+) (?<rest>.*)$/su.exec(text)?.groups ?? {};
  if (count === undefined) return text;
  return `RUN ${rest.split(' ').slice(Number(count)).join(' ')}`;
}

function onOneLine(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').trim();
}
