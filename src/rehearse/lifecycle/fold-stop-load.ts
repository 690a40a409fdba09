import type { StopLoad } from '../checks/shutdown-load.ts';
import type { LoadRequest } from './open-loop.ts';

/** What became of the requests around the stop signal, sent at `signalledMs`. */
export function foldStopLoad(
  requests: readonly LoadRequest[],
  signalledMs: number,
  underWay: number | undefined,
): { readonly load: StopLoad; readonly lost: LoadRequest | undefined } {
  const before = requests.filter(({ sentMs }) => sentMs < signalledMs);
  const after = requests.filter(({ sentMs }) => sentMs >= signalledMs);
  const open = before.filter(({ settledMs }) => settledMs === undefined || settledMs > signalledMs);
  const lost = open.filter((request) => !isServed(request));
  return {
    lost: lost[0],
    load: {
      sent: requests.length,
      ...(underWay === undefined ? {} : { underWay }),
      open: open.length,
      answered: open.length - lost.length,
      errors: lost.filter(({ response }) => response !== undefined).length,
      served: after.filter(isServed).length,
      refused: after.filter((request) => !isServed(request)).length,
    },
  };
}

function isServed({ response }: LoadRequest): boolean {
  return response !== undefined && response.status < 500;
}
