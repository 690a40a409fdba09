// Durations, sizes, ports behind a host, digests and counts differ from run to run. Numbers in
// names do not: shop.0005_total, Django 5.2.19.
const changing: readonly (readonly [RegExp, string])[] = [
  [/\b\d+(?:[.,]\d+)?\s?(?:ms|s|min|h|B|kB|MB|GB|TB|%)(?![\w%])/g, '…'],
  [/(?<=[\w\]]):\d{4,5}(?!\d)/g, ':…'],
  [/\b(?:sha256:)?[0-9a-f]{12,}\b/g, '…'],
  [/(?<![\w.])\d+(?:,\d{3})*(?!\w|\.\w)/g, '…'],
];

/** A text without what differs from one run to the next, so that two runs can be compared. */
export function maskChanging(text: string): string {
  return changing.reduce((masked, [pattern, mark]) => masked.replace(pattern, mark), text);
}
