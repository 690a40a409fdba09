import { extract, pack } from 'tar-stream';

/** A tar archive of text files, path → text. */
export async function packFiles(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, text] of Object.entries(files)) archive.entry({ name }, text);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The way back: the text of every file in a tar archive. */
export async function unpackFiles(
  archive: AsyncIterable<unknown>,
): Promise<Readonly<Record<string, string>>> {
  const unpacking = extract();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  unpacking.end(Buffer.concat(chunks));
  const files: Record<string, string> = {};
  for await (const entry of unpacking) {
    const parts: Buffer[] = [];
    for await (const part of entry) parts.push(part as Buffer);
    if (entry.header.type === 'file') files[entry.header.name] = Buffer.concat(parts).toString();
  }
  return files;
}
