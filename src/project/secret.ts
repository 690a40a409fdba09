import { inspect } from 'node:util';

const redacted = '[redacted]';

/**
 * A value that prints as `[redacted]` in text, JSON and inspection. Reading it is one named call,
 * made only where the value leaves djdev, in `engine/` and `database/`, and where `project/` puts
 * values together or looks for a database's address in them.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }

  [inspect.custom](): string {
    return redacted;
  }
}
