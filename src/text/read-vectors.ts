/** Files of word vectors, read line by line: they are larger than a string may be. */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { messageOf } from '../array/errors.ts';
import type { Embeddings } from './embeddings.ts';
import { vectorReader, type VectorOptions, type VectorReader } from './vector-rows.ts';

/** The lines of a UTF-8 file, unpacked if its name ends with `.gz`. Only line feeds end lines: words may hold other separators. */
const linesOf = async function* (path: string): AsyncGenerator<string> {
  const { createReadStream } = await import('node:fs');
  const file = createReadStream(path);
  try {
    const bytes = path.endsWith('.gz') ? file.pipe((await import('node:zlib')).createGunzip()) : file;
    if (bytes !== file) file.on('error', (cause) => bytes.destroy(cause));
    const decoder = new TextDecoder('utf-8', { fatal: true });
    let rest = '';
    for await (const chunk of bytes) {
      const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n'); // sound: no encoding was set
      rest = lines.pop() ?? '';
      yield* lines;
    }
    yield rest + decoder.decode();
  } finally {
    file.destroy();
  }
};

const readLines = async (path: string, reader: VectorReader): Promise<E.Either<string, Embeddings>> => {
  for await (const line of linesOf(path)) {
    const more = reader.line(line);
    if (E.isLeft(more)) return more;
    if (!more.right) break;
  }
  return reader.end();
};

/**
 * Read word vectors from a file in GloVe's or word2vec's text format, line by line (`.gz` is unpacked). A bad row is `Left` with its line. `limit` and `words`
 * keep the memory small.
 */
export const readVectors = (path: string, options: VectorOptions = {}): TE.TaskEither<string, Embeddings> =>
  pipe(
    TE.tryCatch(
      () => readLines(path, vectorReader(path, options)),
      (cause) =>
        `${path}: expected a file of word vectors in UTF-8 that can be read, got ${messageOf(cause)}. Check the path.`,
    ),
    TE.flatMapEither((read) => read),
  );
