/** Checkpoints on disk. */
import type * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { readWith } from './read.ts';
import { decodeLike, decodeTree, encode } from './safetensors.ts';
import { writeAtomically } from './write.ts';

/** Write a tree to a file; whatever happens, the file is whole or as it was. */
export const save = (
  path: string,
  tree: unknown,
  metadata: { readonly [key: string]: string } = {},
): TE.TaskEither<string, void> => writeAtomically(path, encode(tree, metadata));

const reading = <T>(path: string, read: (bytes: Uint8Array) => E.Either<string, T>): TE.TaskEither<string, T> =>
  readWith(path, 'a checkpoint', (bytes) => TE.fromEither(read(bytes)));

/** Read a tree like `like` from a file. */
export const load = <T>(path: string, like: T): TE.TaskEither<string, T> =>
  reading(path, (bytes) => decodeLike(bytes, like));

/** Read a tree as it was saved. */
export const loadTree = (path: string): TE.TaskEither<string, unknown> => reading(path, decodeTree);
