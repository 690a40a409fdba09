import { StringDecoder } from 'node:string_decoder';
import type { LogLine, OutputStream } from './engine.ts';
import type { OutputChunk } from './demultiplex.ts';

/** A line longer than this is handed on in pieces, so that endless lines cannot fill the memory. */
export const longestLineCharacters = 256 * 1024;

/** Makes lines of chunks: characters and lines may be cut anywhere, each stream has its own rest. */
export class LineSplitter {
  readonly #streams = { stdout: new StreamLines('stdout'), stderr: new StreamLines('stderr') };

  /** The lines that `chunk` completes. */
  push(chunk: OutputChunk): readonly LogLine[] {
    return this.#streams[chunk.stream].push(chunk.bytes);
  }

  /** The unfinished last lines, once the output has ended. */
  end(): readonly LogLine[] {
    return [...this.#streams.stdout.end(), ...this.#streams.stderr.end()];
  }
}

class StreamLines {
  readonly #stream: OutputStream;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  constructor(stream: OutputStream) {
    this.#stream = stream;
  }

  push(bytes: Buffer): readonly LogLine[] {
    const texts = (this.#rest + this.#decoder.write(bytes)).split('\n');
    this.#rest = texts.pop() ?? '';
    while (this.#rest.length > longestLineCharacters) {
      texts.push(this.#rest.slice(0, longestLineCharacters));
      this.#rest = this.#rest.slice(longestLineCharacters);
    }
    return texts.map((text) => this.#line(text));
  }

  end(): readonly LogLine[] {
    const rest = this.#rest + this.#decoder.end();
    this.#rest = '';
    return rest === '' ? [] : [this.#line(rest)];
  }

  #line(text: string): LogLine {
    return { stream: this.#stream, text: text.endsWith('\r') ? text.slice(0, -1) : text };
  }
}
