import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A message of the Debug Adapter Protocol, as far as the tests look at it. */
export interface AdapterMessage {
  readonly type: 'request' | 'response' | 'event';
  readonly event?: string;
  readonly command?: string;
  readonly success?: boolean;
  readonly body?: { readonly threadId?: number; readonly [key: string]: unknown };
}

/** An editor that speaks just enough of the protocol to stop at a line. Dispose to go away. */
export class DebugAdapterClient implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #messages: AdapterMessage[] = [];
  #rest = Buffer.alloc(0);
  #sequence = 1;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  static async connect(port: number): Promise<DebugAdapterClient> {
    const socket = connect({ host: '127.0.0.1', port });
    await once(socket, 'connect');
    return new DebugAdapterClient(socket);
  }

  send(command: string, content: object): void {
    const text = JSON.stringify({
      seq: this.#sequence++,
      type: 'request',
      command,
      arguments: content,
    });
    this.#socket.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  /** The next message of this event or of the answer to this command; each is given out once. */
  async waitFor(name: string, signal: AbortSignal): Promise<AdapterMessage> {
    for (;;) {
      const index = this.#messages.findIndex(
        ({ event, command, type }) => (type === 'event' ? event : command) === name,
      );
      const [found] = index === -1 ? [] : this.#messages.splice(index, 1);
      if (found !== undefined) return found;
      await once(this.#socket, 'djdev-message', { signal });
    }
  }

  #take(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const end = this.#rest.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/.exec(this.#rest.toString('latin1'))?.[1]);
      if (end === -1 || this.#rest.length < end + 4 + length) break;
      const text = this.#rest.subarray(end + 4, end + 4 + length).toString();
      this.#messages.push(JSON.parse(text) as AdapterMessage);
      this.#rest = this.#rest.subarray(end + 4 + length);
    }
    this.#socket.emit('djdev-message');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
    await Promise.resolve();
  }
}
