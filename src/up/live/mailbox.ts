/** Holds one item until somebody takes it. */
export interface Mailbox<T> {
  readonly put: (item: T) => void;
  readonly take: (signal: AbortSignal) => Promise<T>;
  readonly clear: () => void;
}

/** A mailbox in which `merge` makes one of an item that waits and the next. */
export function createMailbox<T>(merge: (held: T, next: T) => T): Mailbox<T> {
  let held: { readonly item: T } | undefined;
  let waiting: ((item: T) => void) | undefined;
  return {
    put(item) {
      if (waiting === undefined)
        held = { item: held === undefined ? item : merge(held.item, item) };
      else waiting(item);
      waiting = undefined;
    },
    take(signal) {
      return new Promise((resolve, reject) => {
        if (held !== undefined) {
          resolve(held.item);
          held = undefined;
          return;
        }
        waiting = resolve;
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });
    },
    clear() {
      held = undefined;
    },
  };
}
