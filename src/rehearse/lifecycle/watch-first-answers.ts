import type { Context } from '../../context/context.ts';

/** Remembers, on the way through `emit`, how long the first answer of each page took. */
export function watchFirstAnswers(emit: Context['emit']): {
  readonly emit: Context['emit'];
  /** Path → milliseconds. */
  readonly firstMs: ReadonlyMap<string, number>;
} {
  const firstMs = new Map<string, number>();
  return {
    firstMs,
    emit: (event) => {
      if (event.type === 'request-answered' && event.request.method === 'GET') {
        const { path, ms } = event.request;
        if (!firstMs.has(path)) firstMs.set(path, ms);
      }
      emit(event);
    },
  };
}
