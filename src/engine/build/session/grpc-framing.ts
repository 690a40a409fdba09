const headerBytes = 5;

/** A message as gRPC sends it: one byte "not compressed", four bytes of length, the message. */
export function frameMessage(message: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(headerBytes + message.length);
  frame.writeUInt8(0, 0);
  frame.writeUInt32BE(message.length, 1);
  message.copy(frame, headerBytes);
  return frame;
}

/**
 * A function that takes chunks as the network cut them and gives the messages that are complete.
 * Throws when a message is compressed, which djdev never offers.
 */
export function createMessageReader(): (chunk: Buffer) => readonly Buffer[] {
  let pending: Buffer = Buffer.alloc(0);
  return (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    const messages: Buffer[] = [];
    while (pending.length >= headerBytes) {
      const end = headerBytes + pending.readUInt32BE(1);
      if (pending.length < end) break;
      if (pending[0] !== 0) throw new Error('A gRPC message is compressed.');
      messages.push(pending.subarray(headerBytes, end));
      pending = pending.subarray(end);
    }
    return messages;
  };
}
