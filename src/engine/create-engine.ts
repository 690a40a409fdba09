import { getArchive, putArchive } from './archive.ts';
import { listChangedPaths } from './changed-paths.ts';
import { containerLogs } from './container-logs.ts';
import {
  createContainer,
  inspectContainer,
  killContainer,
  removeContainer,
  renameContainer,
  startContainer,
  stopContainer,
} from './containers.ts';
import { readDiskUsage } from './disk-usage.ts';
import type { Engine, EngineInfo } from './engine.ts';
import type { EngineLink } from './engine-link.ts';
import { exec } from './exec.ts';
import { execToEnd } from './exec-to-end.ts';
import { inspectImage, listImages, removeImage, saveImage, tagImage } from './images.ts';
import { createNetwork, removeNetwork } from './networks.ts';
import { listContainers } from './list-containers.ts';
import { openContainer } from './open-container.ts';
import { listOwned, removeOwned } from './owned.ts';
import type { LastWill } from './last-will.ts';
import type { OwnerStamp } from './owner.ts';
import { isLocalEndpoint } from './parse-address.ts';
import { pullImage } from './pull-image.ts';
import { runContainer } from './run-container.ts';
import { sweep } from './sweep.ts';
import { createVolume, removeVolume } from './volumes.ts';
import { waitContainer } from './wait-container.ts';

/** An engine that answered, and what belongs to the connection. */
export interface Connected {
  readonly info: EngineInfo;
  readonly owner: OwnerStamp;
  readonly lastWill: LastWill;
  readonly forwardPort: EngineLink['forwardPort'];
  readonly connection: Engine['connection'];
  readonly close: () => Promise<void>;
}

/** Every verb of the engine, each in the file of its name. */
export function createEngine(connected: Connected): Engine {
  const { info, connection, owner, lastWill, forwardPort } = connected;
  const { http } = connection;
  const link: EngineLink = {
    http,
    owner,
    lastWill,
    forwardPort,
    ...publishing(connection.endpoint),
  };
  let closed: Promise<void> | undefined;

  return {
    info,
    connection,
    inspectImage: (reference, signal) => inspectImage(link, reference, signal),
    pullImage: (reference, onProgress, signal) => pullImage(link, reference, onProgress, signal),
    tagImage: (id, reference, signal) => tagImage(link, id, reference, signal),
    removeImage: (reference, signal) => removeImage(link, reference, signal),
    listImages: (repository, signal) => listImages(link, repository, signal),
    saveImage: (reference, signal) => saveImage(link, reference, signal),

    createContainer: (spec, signal) =>
      createContainer(link, spec, { holdsStdin: false, autoRemove: false }, signal),
    runContainer: (spec, signal, beforeStart) => runContainer(link, spec, signal, beforeStart),
    openContainer: (spec, signal, beforeStart) => openContainer(link, spec, signal, beforeStart),
    waitContainer: (id, signal) => waitContainer(link, id, signal),
    listContainers: (filter, signal) => listContainers(link, filter, signal),
    startContainer: (id, signal) => startContainer(link, id, signal),
    inspectContainer: (id, signal) => inspectContainer(link, id, signal),
    renameContainer: (id, name, signal) => renameContainer(link, id, name, signal),
    stopContainer: (id, graceMs, signal) => stopContainer(link, id, graceMs, signal),
    killContainer: (id, processSignal, signal) => killContainer(link, id, processSignal, signal),
    removeContainer: (id, signal) => removeContainer(link, id, signal),
    logs: (id, options, signal) => containerLogs(link, id, options, signal),

    exec: (id, request, signal) => exec(http, id, request, signal),
    execToEnd: (id, request, signal) => execToEnd(http, id, request, signal),
    getArchive: (id, path, signal) => getArchive(link, id, path, signal),
    putArchive: (id, path, archive, signal) => putArchive(link, id, path, archive, signal),
    listChangedPaths: (id, signal) => listChangedPaths(link, id, signal),

    createNetwork: (name, ownership, signal) => createNetwork(link, name, ownership, signal),
    removeNetwork: (id, signal) => removeNetwork(link, id, signal),
    createVolume: (name, ownership, signal) => createVolume(link, name, ownership, signal),
    removeVolume: (name, signal) => removeVolume(link, name, signal),

    listOwned: (filter, signal) => listOwned(link, filter, signal),
    removeOwned: (resource, signal) => removeOwned(link, resource, signal),
    sweep: (signal) => sweep(link, signal),
    diskUsage: (signal) => readDiskUsage(link, signal),
    [Symbol.asyncDispose]() {
      lastWill.revoke();
      return (closed ??= connected.close());
    },
  };
}

/** Forwards reach an ssh engine's loopback; a machine behind its own address must let us in. */
function publishing(
  endpoint: Engine['connection']['endpoint'],
): Pick<EngineLink, 'bindAddress' | 'publishedHost'> {
  const bindAddress = isLocalEndpoint(endpoint) ? '127.0.0.1' : '0.0.0.0';
  return { bindAddress, publishedHost: '127.0.0.1' };
}
