/** JSON files, guarded by a codec. */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type * as t from 'io-ts';
import { messageOf } from '../array/errors.ts';
import { explain } from '../io/explain.ts';
import { readText } from '../io/read.ts';

const remedy = 'Correct the file, or read it with another codec.';

/** The value of a JSON text as a codec reads it; `Left` gives the path of the first fault behind `name`. */
export const decodeJson = <A>(text: string, name: string, codec: t.Decoder<unknown, A>): E.Either<string, A> =>
  pipe(
    E.tryCatch(
      (): unknown => JSON.parse(text),
      (cause) => `${name}: expected JSON, got other text (${messageOf(cause).replaceAll('\n', ' ')}). ${remedy}`,
    ),
    E.flatMap((value) =>
      E.flatten(
        // A codec that calls itself may run out of stack.
        E.tryCatch(
          () => E.mapLeft((errors: t.Errors) => explain(errors, name, remedy))(codec.decode(value)),
          () => `${name}: expected values that nest less deeply, got too many levels. ${remedy}`,
        ),
      ),
    ),
  );

/** Read a JSON file, gzipped or not, guarded by an io-ts codec. */
export const readJson = <A>(path: string, codec: t.Decoder<unknown, A>): TE.TaskEither<string, A> =>
  pipe(
    readText(path),
    TE.flatMapEither((text) => decodeJson(text, path, codec)),
  );
