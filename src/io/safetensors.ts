/** Checkpoints: trees of arrays as safetensors files, their structure and static leaves in the metadata. */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { allocate, bytesOf } from '../array/dtype.ts';
import { concrete, copyElements, fromStore, type NDArray } from '../array/ndarray.ts';
import { sameType, showType, sizeOf } from '../array/type.ts';
import { asLeaf } from '../lift.ts';
import { pathsOf, showStructure } from '../tree/show.ts';
import { flatten, unflatten, type Structure } from '../tree/structure.ts';
import { codeOf, decodeHeader, dtypeOfCode, type Header } from './header.ts';
import { writeAtomically } from './write.ts';

const version = '1';
/** Paths without the leading dot, as names of tensors; a lone array is called `value`. */
const namesOf = (structure: Structure): readonly string[] =>
  pathsOf(structure).map((path) => (path === '' ? 'value' : path.replace(/^\./, '')));

/** The bytes of a safetensors file for a tree. Extra `metadata` is kept as text. */
export const encode = (tree: unknown, metadata: { readonly [key: string]: string } = {}): Uint8Array => {
  const { leaves, structure } = flatten(tree);
  const names = namesOf(structure);
  const arrays = leaves.map((leaf) => concrete(asLeaf(leaf), 'save'));
  let at = 0;
  const entries = arrays.map((x, i) => {
    const begin = at;
    at += x.size * bytesOf(x.dtype);
    return [names[i] ?? `${i}`, { dtype: codeOf(x.dtype), shape: x.shape, data_offsets: [begin, at] }] as const;
  });
  const own = { ...metadata, format: 'fluxion', version, structure: showStructure(structure) };
  const json = new TextEncoder().encode(JSON.stringify({ __metadata__: own, ...Object.fromEntries(entries) }));
  // The header is padded with blanks, so that the data stand aligned.
  const headBytes = Math.ceil(json.length / 8) * 8;
  const out = new Uint8Array(8 + headBytes + at).fill(0x20, 8, 8 + headBytes);
  new DataView(out.buffer).setBigUint64(0, BigInt(headBytes), true);
  out.set(json, 8);
  arrays.forEach((x, i) => {
    const data = copyElements(x);
    out.set(
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      8 + headBytes + (entries[i]?.[1].data_offsets[0] ?? 0),
    );
  });
  return out;
};

export interface Loaded {
  readonly tensors: ReadonlyMap<string, NDArray>;
  readonly metadata: { readonly [key: string]: string };
}

/** The arrays of a safetensors file by name; `Left` says what is wrong with it. */
export const decode = (bytes: Uint8Array): E.Either<string, Loaded> => {
  if (bytes.length < 8) return E.left(`file: expected at least 8 bytes, got ${bytes.length}. The file is truncated.`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true));
  if (length > bytes.length - 8)
    return E.left(
      `file: expected a header of ${length} bytes, got ${bytes.length - 8} bytes in all. The file is truncated or of another kind.`,
    );
  const text = E.tryCatch(
    () => new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)),
    () => 'header: expected UTF-8 text, got other bytes. The file is damaged.',
  );
  return pipe(
    text,
    E.flatMap((json) => decodeHeader(json, bytes.length - 8 - length)),
    E.map((header) => ({ metadata: header.metadata, tensors: arraysOf(header, bytes.subarray(8 + length)) })),
  );
};

const arraysOf = ({ tensors }: Header, data: Uint8Array): ReadonlyMap<string, NDArray> =>
  new Map(
    [...tensors].map(
      ([
        name,
        {
          dtype: code,
          shape,
          data_offsets: [begin, end],
        },
      ]) => {
        const dtype = dtypeOfCode(code);
        const store = allocate(dtype, sizeOf(shape));
        new Uint8Array(store.buffer).set(data.subarray(begin, end));
        return [name, fromStore({ dtype, shape }, store)] as const;
      },
    ),
  );

/** A tree like `like` from a file: the same structure, names and types; `Left` names the first that differs. */
export const decodeLike = <T>(bytes: Uint8Array, like: T): E.Either<string, T> =>
  pipe(
    decode(bytes),
    E.flatMap(({ tensors }): E.Either<string, T> => {
      const { leaves, structure } = flatten(like);
      const found: NDArray[] = [];
      const names = namesOf(structure);
      for (const [i, leaf] of leaves.entries()) {
        const name = names[i] ?? '';
        const expected = asLeaf(leaf);
        const got = tensors.get(name);
        if (got === undefined)
          return E.left(
            `${name}: expected ${showType(expected.type)}, got no such tensor. The checkpoint is of another model.`,
          );
        if (!sameType(got.type, expected.type))
          return E.left(
            `${name}: expected ${showType(expected.type)}, got ${showType(got.type)}. The checkpoint is of another model.`,
          );
        found.push(got);
      }
      const extra = [...tensors.keys()].find((name) => !names.includes(name));
      if (extra !== undefined)
        return E.left(`${extra}: expected no such tensor, got one. The checkpoint is of another model.`);
      return E.right(unflatten(structure, found) as T); // sound: the structure of `like`
    }),
  );

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

/** Read a tree like `like` from a file. */
export const load = <T>(path: string, like: T): TE.TaskEither<string, T> =>
  pipe(
    readBytes(path),
    TE.flatMapEither((bytes) =>
      pipe(
        decodeLike(bytes, like),
        E.mapLeft((fault) => `${path}: ${fault}`),
      ),
    ),
  );
