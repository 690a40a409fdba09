/** The parts of `name[:tag][@digest]`; a colon before a slash belongs to the registry's port. */
export function splitReference(reference: string): {
  readonly name: string;
  /** `latest` when neither a tag nor a digest is given. */
  readonly tag: string;
  readonly digest: string | undefined;
} {
  const [tagged = '', digest] = reference.split('@');
  const colon = tagged.lastIndexOf(':');
  if (colon > tagged.lastIndexOf('/')) {
    return { name: tagged.slice(0, colon), tag: tagged.slice(colon + 1), digest };
  }
  return { name: tagged, tag: digest === undefined ? 'latest' : '', digest };
}
