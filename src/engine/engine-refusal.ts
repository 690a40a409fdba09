import type { Readable } from 'node:stream';

/** The engine answered with a failure status. Leaves `engine/` only as a translated error. */
export class EngineRefusal extends Error {
  override readonly name = 'EngineRefusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Reads a failure's body: `{"message": "…"}` from Docker, sometimes plain text from others. */
export async function readEngineMessage(body: Readable): Promise<string> {
  const text = await readText(body);
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && 'message' in parsed) {
      return String(parsed.message).trim();
    }
  } catch {
    // Not JSON: the text itself is all there is to say.
  }
  return text.trim() || 'no reason given';
}

/** The whole body as UTF-8 text. */
export async function readText(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
