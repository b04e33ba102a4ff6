/** Values as JSON with a version and a checksum: whatever is wrong with a file comes back as a sentence. */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { FluxionError, messageOf } from '../array/errors.ts';
import { decodeJson } from '../data/json.ts';
import { crc32 } from '../io/checksum.ts';
import { explain } from '../io/explain.ts';
import { readText } from '../io/read.ts';
import { writeAtomically } from '../io/write.ts';

/** How values of one kind are written and read. */
export interface TextCodec<A> {
  /** JSON. */
  readonly encode: (value: A) => string;
  /** `Left` is a sentence that says what is wrong; `name` stands in it. */
  readonly decode: (text: string, name?: string) => E.Either<string, A>;
  /** Write to a file; whatever happens, it is whole or as it was. */
  readonly save: (path: string, value: A) => TE.TaskEither<string, void>;
  /** Read from a file. */
  readonly load: (path: string) => TE.TaskEither<string, A>;
}

const version = 1;
const remedy = 'The file is damaged or of another kind.';
const Envelope = t.strict({ format: t.string, version: t.number, checksum: t.number, value: t.unknown });
const checksumOf = (value: unknown): number => crc32(new TextEncoder().encode(JSON.stringify(value) ?? ''));

/** What stands in an envelope of the right kind, if its checksum says that it is whole. */
const contentsOf = (envelope: t.TypeOf<typeof Envelope>, format: string, name: string): E.Either<string, unknown> => {
  if (envelope.format !== format || envelope.version !== version)
    return E.left(
      `${name}: expected ${format} of version ${version}, got ${JSON.stringify(envelope.format.slice(0, 60))} of version ${envelope.version}. Read it with the function of its kind.`,
    );
  return checksumOf(envelope.value) === envelope.checksum
    ? E.right(envelope.value)
    : E.left(`${name}: expected contents of checksum ${envelope.checksum}, got others. ${remedy}`);
};

/** What is wrong, without the line of the program that came upon it. */
const sentenceOf = (cause: unknown): string => {
  const message = messageOf(cause);
  const place = cause instanceof FluxionError && cause.place !== null ? ` (${cause.place})` : '';
  return (message.endsWith(place) ? message.slice(0, message.length - place.length) : message).replaceAll('\n', ' ');
};

/** A codec of what is stored and of the functions between that and the value; `read` may throw what it finds wrong. */
export const textCodec = <A, S>(
  format: string,
  stored: t.Decoder<unknown, S>,
  write: (value: A) => S,
  read: (stored: S) => A,
): TextCodec<A> => {
  const encode = (value: A): string => {
    const plain = write(value);
    return JSON.stringify({ format, version, checksum: checksumOf(plain), value: plain });
  };
  const decode = (text: string, name = format): E.Either<string, A> =>
    pipe(
      decodeJson(text, name, Envelope),
      E.flatMap((envelope) => contentsOf(envelope, format, name)),
      E.flatMap((value) => E.mapLeft((errors: t.Errors) => explain(errors, name, remedy))(stored.decode(value))),
      E.flatMap((value) =>
        E.tryCatch(
          () => read(value),
          (cause) => `${name}: ${sentenceOf(cause)}`,
        ),
      ),
    );
  const load = (path: string): TE.TaskEither<string, A> =>
    pipe(
      readText(path),
      TE.flatMapEither((text) => decode(text, path)),
    );
  return { encode, decode, save: (path, value) => writeAtomically(path, encode(value)), load };
};
