/** Reading files whole: what cannot be read is one sentence with the path. */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { messageOf } from '../array/errors.ts';

const reasonOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause && cause.code === 'ENOENT' ? 'no such file' : messageOf(cause);
const faultOf =
  (path: string, what: string) =>
  (cause: unknown): string =>
    `${path}: expected ${what} that can be read, got ${reasonOf(cause)}. Check the path.`;

/** The bytes of a file; `what` names the kind of file in the sentence of a `Left`. */
const readBytes = (path: string, what = 'a file'): TE.TaskEither<string, Uint8Array> =>
  TE.tryCatch(async () => new Uint8Array(await (await import('node:fs/promises')).readFile(path)), faultOf(path, what));

const unpackGzip = async (bytes: Uint8Array): Promise<Uint8Array> => {
  const stream = new Blob([bytes.slice()]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
};

/** The bytes of a file, unpacked if it is gzipped. */
export const readUnpacked = (path: string): TE.TaskEither<string, Uint8Array> =>
  pipe(
    readBytes(path),
    TE.flatMap((bytes) =>
      bytes[0] === 0x1f && bytes[1] === 0x8b
        ? TE.tryCatch(() => unpackGzip(bytes), faultOf(path, 'a file'))
        : TE.right(bytes),
    ),
  );

/** UTF-8 text without a byte order mark; `Left` if the bytes are something else. */
const decodeText = (bytes: Uint8Array, name: string): E.Either<string, string> =>
  E.tryCatch(
    () => new TextDecoder('utf-8', { fatal: true }).decode(bytes),
    () => `${name}: expected UTF-8 text, got other bytes. Convert the file, or look for damage.`,
  );

/** The text of a UTF-8 file, gzipped or not. */
export const readText = (path: string): TE.TaskEither<string, string> =>
  pipe(
    readUnpacked(path),
    TE.flatMapEither((bytes) => decodeText(bytes, path)),
  );

/** What `decode` makes of a file; its faults get the path in front. */
export const readWith = <T>(
  path: string,
  what: string,
  decode: (bytes: Uint8Array) => TE.TaskEither<string, T>,
): TE.TaskEither<string, T> =>
  pipe(
    readBytes(path, what),
    TE.flatMap((bytes) =>
      pipe(
        decode(bytes),
        TE.mapLeft((fault) => `${path}: ${fault}`),
      ),
    ),
  );
