/** Checkpoints: trees of arrays as safetensors files, with structure, static leaves and a checksum in the metadata. */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { messageOf } from '../array/errors.ts';
import { concrete, copyElements, fromStore, type NDArray } from '../array/ndarray.ts';
import { sameType, showType } from '../array/type.ts';
import { asLeaf } from '../lift.ts';
import { keystr, type KeyPath } from '../tree/path.ts';
import { keyPaths } from '../tree/show.ts';
import { flatten, unflatten } from '../tree/structure.ts';
import { crc32 } from './checksum.ts';
import { dtypeOfKind, readElements } from './elements.ts';
import { codeOf, decodeHeader, kindOfCode, type Header } from './header.ts';
import { leafPaths, parseStored, storedDifference, storedOf, treeOf } from './stored-structure.ts';

const version = '2';
const checksumKey = 'fluxion.checksum';
type Metadata = { readonly [key: string]: string };

/** Paths without the leading dot, as names of tensors; a lone array is called `value`. */
const nameOf = (path: KeyPath): string => {
  const text = keystr(path);
  if (text === '') return 'value';
  // The one name that means something else in the format keeps its dot.
  return text === '.__metadata__' ? text : text.replace(/^\./, '');
};

const inOrder = <A>(entries: Iterable<readonly [string, A]>): readonly (readonly [string, A])[] =>
  [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

/** Of the contents, not of the bytes: a file that another program has written anew still has the same. */
const checksumOf = (metadata: Metadata, arrays: Iterable<readonly [string, NDArray, Uint8Array]>): string => {
  const own = inOrder(Object.entries(metadata).filter(([key]) => key !== checksumKey));
  const named = inOrder([...arrays].map(([name, x, bytes]) => [name, { type: x.type, bytes }] as const));
  const text = JSON.stringify([own, named.map(([name, { type }]) => [name, type.dtype, type.shape])]);
  const start = crc32(new TextEncoder().encode(text));
  return named
    .reduce((sum, [, { bytes }]) => crc32(bytes, sum), start)
    .toString(16)
    .padStart(8, '0');
};

const bytesOfArray = (x: NDArray): Uint8Array => {
  const data = copyElements(x);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
};

/** The bytes of a safetensors file for a tree. Extra `metadata` is kept as text. Forces traced values. */
export const encode = (tree: unknown, metadata: Metadata = {}): Uint8Array => {
  const { leaves, structure } = flatten(tree);
  const names = keyPaths(structure).map(nameOf);
  const arrays = leaves.map((leaf, i) => {
    const x = concrete(asLeaf(leaf), 'save');
    return [names[i] ?? '', x, bytesOfArray(x)] as const;
  });
  let at = 0;
  const entries = arrays.map(([name, x, bytes]) => {
    const begin = at;
    at += bytes.length;
    return [name, { dtype: codeOf(x.dtype), shape: x.shape, data_offsets: [begin, at] }] as const;
  });
  const own = { ...metadata, format: 'fluxion', version, structure: JSON.stringify(storedOf(structure)) };
  const signed = { ...own, [checksumKey]: checksumOf(own, arrays) };
  const json = new TextEncoder().encode(JSON.stringify({ __metadata__: signed, ...Object.fromEntries(entries) }));
  // The header is padded with blanks, so that the data stand aligned.
  const headBytes = Math.ceil(json.length / 8) * 8;
  const out = new Uint8Array(8 + headBytes + at).fill(0x20, 8, 8 + headBytes);
  new DataView(out.buffer).setBigUint64(0, BigInt(headBytes), true);
  out.set(json, 8);
  arrays.forEach(([, , bytes], i) => out.set(bytes, 8 + headBytes + (entries[i]?.[1].data_offsets[0] ?? 0)));
  return out;
};

export interface Loaded {
  readonly tensors: ReadonlyMap<string, NDArray>;
  readonly metadata: Metadata;
}

/**
 * The arrays of a safetensors file of any make by name; `Left` says what is wrong with it. F16 and BF16 become float32, I8 and I16 int32,
 * U16 uint32; I64 becomes int32 and U64 uint32 where every element fits.
 */
export const decode = (bytes: Uint8Array): E.Either<string, Loaded> => {
  if (bytes.length < 8) return E.left(`file: expected at least 8 bytes, got ${bytes.length}. The file is truncated.`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true));
  if (length > bytes.length - 8)
    return E.left(
      `file: expected a header of ${length} bytes, got ${bytes.length - 8} bytes in all. The file is truncated or of another kind.`,
    );
  return pipe(
    E.tryCatch(
      () => new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)),
      () => 'header: expected UTF-8 text, got other bytes. The file is damaged.',
    ),
    E.flatMap((json) => decodeHeader(json, bytes.length - 8 - length)),
    E.flatMap((header) => arraysOf(header, bytes.subarray(8 + length))),
  );
};

const arraysOf = ({ tensors, metadata }: Header, data: Uint8Array): E.Either<string, Loaded> => {
  const arrays = new Map<string, NDArray>();
  const checked: (readonly [string, NDArray, Uint8Array])[] = [];
  for (const [name, tensor] of tensors) {
    const { shape } = tensor;
    const kind = kindOfCode(tensor.dtype);
    const bytes = data.subarray(...tensor.data_offsets);
    const store = readElements(kind, bytes);
    if (E.isLeft(store)) return E.left(`${name}: ${store.left}`);
    const x = fromStore({ dtype: dtypeOfKind(kind), shape }, store.right);
    arrays.set(name, x);
    checked.push([name, x, bytes]);
  }
  const [expected, got] = [metadata[checksumKey], checksumOf(metadata, checked)];
  const isRequired = metadata['format'] === 'fluxion';
  return expected === got || (expected === undefined && !isRequired)
    ? E.right({ tensors: arrays, metadata })
    : E.left(`file: expected the checksum ${got}, got ${expected ?? 'none'}. The file is damaged; take an older one.`);
};

/** The tree that was encoded; `Left` if the file is damaged or not ours, or if the tree holds functions or custom nodes. */
export const decodeTree = (bytes: Uint8Array): E.Either<string, unknown> =>
  pipe(
    E.Do,
    E.bind('loaded', () => decode(bytes)),
    E.bind('node', ({ loaded }) => parseStored(loaded.metadata['structure'])),
    E.flatMap(({ loaded: { tensors }, node }) => {
      const missing = leafPaths(node).find((path) => !tensors.has(nameOf(path)));
      if (missing !== undefined) return E.left(`${nameOf(missing)}: expected a tensor, got none. The file is damaged.`);
      return E.tryCatch(() => treeOf(node, (path) => tensors.get(nameOf(path))), messageOf);
    }),
  );

const differs = (name: string, expected: string, got: string): E.Either<string, never> =>
  E.left(`${name}: expected ${expected}, got ${got}. The checkpoint is of another model.`);

/** The arrays of a file for the leaves of `like`, in order; `Left` names the first that is missing or of another type. */
export const leavesLike = (
  tensors: Loaded['tensors'],
  like: unknown,
): E.Either<string, readonly (readonly [string, NDArray])[]> => {
  const { leaves, structure } = flatten(like);
  const names = keyPaths(structure).map(nameOf);
  const found: (readonly [string, NDArray])[] = [];
  for (const [i, leaf] of leaves.entries()) {
    const name = names[i] ?? '';
    const expected = asLeaf(leaf);
    const got = tensors.get(name);
    if (got === undefined) return differs(name, showType(expected.type), 'no such tensor');
    if (!sameType(got.type, expected.type)) return differs(name, showType(expected.type), showType(got.type));
    found.push([name, got]);
  }
  return E.right(found);
};

/** A tree like `like` of what a file holds: the same structure, static leaves, names and types; `Left` names the first that differs. */
export const treeLike = <T>({ tensors, metadata }: Loaded, like: T): E.Either<string, T> =>
  pipe(
    leavesLike(tensors, like),
    E.flatMap((found): E.Either<string, T> => {
      const { structure } = flatten(like);
      const names = new Set(found.map(([name]) => name));
      const extra = [...tensors.keys()].find((name) => !names.has(name));
      if (extra !== undefined) return differs(extra, 'no such tensor', 'one');
      // Files of other programs have names and types only.
      const stored = metadata['format'] === 'fluxion' ? parseStored(metadata['structure']) : null;
      if (stored !== null && E.isLeft(stored)) return stored;
      const fault = stored === null ? null : storedDifference(storedOf(structure), stored.right);
      const arrays = found.map(([, x]) => x);
      return fault === null ? E.right(unflatten(structure, arrays) as T) : E.left(fault); // sound: the structure of `like`
    }),
  );

/** A tree like `like` from the bytes of a file, as `treeLike`. */
export const decodeLike = <T>(bytes: Uint8Array, like: T): E.Either<string, T> =>
  pipe(
    decode(bytes),
    E.flatMap((file) => treeLike(file, like)),
  );
