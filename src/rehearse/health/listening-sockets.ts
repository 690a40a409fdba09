/** A TCP socket that something in the container listens on. */
export interface ListeningSocket {
  /** `0.0.0.0`, `127.0.0.1`, `::`, … */
  readonly address: string;
  readonly port: number;
}

/** State of a listening socket in /proc/net/tcp. */
const listening = '0A';

/**
 * Reads `/proc/net/tcp` and `/proc/net/tcp6`, one after the other. The resolver that Docker puts
 * into each container at 127.0.0.11 is left out.
 */
export function readListeningSockets(text: string): readonly ListeningSocket[] {
  const found = new Map<string, ListeningSocket>();
  for (const line of text.split('\n')) {
    const [, local = '', , state] = line.trim().split(/\s+/);
    const [hex = '', port = ''] = local.split(':');
    if (state !== listening || !/^[0-9A-F]+$/.test(hex)) continue;
    const socket = { address: readAddress(hex), port: Number.parseInt(port, 16) };
    if (socket.address === '127.0.0.11') continue;
    found.set(`${socket.address} ${socket.port}`, socket);
  }
  return [...found.values()];
}

export function isLoopback({ address }: ListeningSocket): boolean {
  return address.startsWith('127.') || address === '::1';
}

/** The kernel prints addresses in words of the machine's byte order, which is little-endian. */
function readAddress(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).toReversed());
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join('.');
  if (bytes.every((byte) => byte === '00')) return '::';
  if (bytes.slice(0, -1).every((byte) => byte === '00') && bytes.at(-1) === '01') return '::1';
  if (bytes.slice(0, 12).join('') === '00000000000000000000FFFF') {
    return bytes
      .slice(12)
      .map((byte) => Number.parseInt(byte, 16))
      .join('.');
  }
  return bytes
    .join('')
    .toLowerCase()
    .replace(/(.{4})(?!$)/g, '$1:');
}
