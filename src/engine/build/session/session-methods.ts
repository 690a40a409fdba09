import type { Secret } from '../../../project/secret.ts';
import { type FileAnswer, type FileRequest, serveDiffCopy } from './diff-copy.ts';
import { GrpcError, type GrpcMethod, grpcStatus, unary } from './grpc-server.ts';
import { decodeMessage, encodeMessage } from './protobuf.ts';

export interface RegistryCredentials {
  readonly username: string;
  readonly secret: Secret;
}

/** What the engine may ask of the session while it builds. */
export interface SessionAnswers {
  readonly files: (request: FileRequest) => Promise<FileAnswer>;
  readonly secrets: Readonly<Record<string, Secret>>;
  /** `undefined` for a registry that is read anonymously. */
  readonly credentials: (registry: string) => Promise<RegistryCredentials | undefined>;
}

/**
 * The methods of a build session by their full path. The health check must be among them: the
 * engine asks every second or every five, and without an answer it drops the session, so that a
 * later step fails with "no active session".
 */
export function createSessionMethods(
  answers: SessionAnswers,
): Readonly<Record<string, GrpcMethod>> {
  const serving = encodeMessage([[1, 1]]);
  return {
    '/grpc.health.v1.Health/Check': unary(() => serving),
    '/moby.filesync.v1.FileSync/DiffCopy': serveDiffCopy(answers.files),
    '/moby.filesync.v1.Auth/Credentials': unary(async (request) => {
      const found = await answers.credentials(readText(request));
      return encodeMessage([
        [1, found?.username],
        [2, found?.secret.reveal()],
      ]);
    }),
    '/moby.buildkit.secrets.v1.Secrets/GetSecret': unary((request) => {
      const id = readText(request);
      const secret = Object.hasOwn(answers.secrets, id) ? answers.secrets[id] : undefined;
      if (!secret) throw new GrpcError(grpcStatus.notFound, `secret ${id} is not given`);
      return encodeMessage([[1, secret.reveal()]]);
    }),
  };
}

/** Both requests carry one text, in field 1. */
function readText(request: Buffer): string {
  const field = decodeMessage(request).find(({ number }) => number === 1);
  return field && typeof field.value !== 'number' ? field.value.toString('utf8') : '';
}
