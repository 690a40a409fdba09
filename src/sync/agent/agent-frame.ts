/** A message on the stream to or from the agent. */
export interface AgentFrame {
  readonly header: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

const prefixBytes = 8;
/** No header of ours is near it; what is longer is text of somebody else. */
const longestHeader = 256 * 1024 * 1024;

/** Lengths and header; the body follows in chunks of its own, to save copying it. */
export function encodeFrameStart(header: object, bodyBytes: number): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeUInt32BE(text.length, 0);
  prefix.writeUInt32BE(bodyBytes, 4);
  return Buffer.concat([prefix, text]);
}

/** Answers a function that takes bytes as they come and returns the frames they complete. */
export function createFrameReader(): (chunk: Buffer) => readonly AgentFrame[] {
  let parts: Buffer[] = [];
  let length = 0;
  let wanted = prefixBytes;
  return (chunk) => {
    parts.push(chunk);
    length += chunk.length;
    const frames: AgentFrame[] = [];
    while (length >= wanted) {
      const all = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
      const headerBytes = all.readUInt32BE(0);
      const end = prefixBytes + headerBytes + all.readUInt32BE(4);
      if (headerBytes > longestHeader) throw new Error('This is no frame of the agent.');
      parts = [all];
      wanted = end;
      if (length < end) break;
      frames.push({
        header: JSON.parse(all.toString('utf8', prefixBytes, prefixBytes + headerBytes)),
        body: all.subarray(prefixBytes + headerBytes, end),
      });
      parts = [all.subarray(end)];
      length -= end;
      wanted = prefixBytes;
    }
    return frames;
  };
}
