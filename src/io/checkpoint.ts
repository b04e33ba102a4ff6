/** Checkpoints on disk. */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { decodeLike, decodeTree, encode } from './safetensors.ts';
import { writeAtomically } from './write.ts';

/** Write a tree to a file; whatever happens, the file is whole or as it was. */
export const save = (
  path: string,
  tree: unknown,
  metadata: { readonly [key: string]: string } = {},
): TE.TaskEither<string, void> => writeAtomically(path, encode(tree, metadata));

const readBytes = (path: string): TE.TaskEither<string, Uint8Array> =>
  TE.tryCatch(
    async () => new Uint8Array(await (await import('node:fs/promises')).readFile(path)),
    (cause) =>
      `${path}: expected a checkpoint that can be read, got ${cause instanceof Error ? cause.message : String(cause)}. Check the path.`,
  );

const reading = <T>(path: string, read: (bytes: Uint8Array) => E.Either<string, T>): TE.TaskEither<string, T> =>
  pipe(
    readBytes(path),
    TE.flatMapEither((bytes) =>
      pipe(
        read(bytes),
        E.mapLeft((fault) => `${path}: ${fault}`),
      ),
    ),
  );

/** Read a tree like `like` from a file. */
export const load = <T>(path: string, like: T): TE.TaskEither<string, T> =>
  reading(path, (bytes) => decodeLike(bytes, like));

/** Read a tree as it was saved. */
export const loadTree = (path: string): TE.TaskEither<string, unknown> => reading(path, decodeTree);
