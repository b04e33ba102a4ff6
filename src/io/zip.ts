/** Zip archives read with care: every length and checksum is compared before a byte is used (PKWARE's APPNOTE, 4.3). */
import * as E from 'fp-ts/lib/Either.js';
import { crc32 } from './checksum.ts';

/** Unpacks raw deflate to so many bytes; throws at damage. */
export type Inflate = (packed: Uint8Array, size: number) => Uint8Array;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly checksum: number;
  readonly packed: number;
  readonly size: number;
  /** Where its local header starts. */
  readonly at: number;
  /** Where the next entry of the directory starts. */
  readonly next: number;
}

const damaged = (at: string, expected: string, got: string): E.Either<string, never> =>
  E.left(`${at}: expected ${expected}, got ${got}. The archive is damaged or of another kind.`);

/** The end record: 22 bytes, behind which only a comment may stand. */
const findEnd = (view: DataView): number => {
  for (let at = view.byteLength - 22; at >= 0 && at >= view.byteLength - 22 - 65535; at--)
    if (view.getUint32(at, true) === 0x06054b50 && at + 22 + view.getUint16(at + 20, true) === view.byteLength)
      return at;
  return -1;
};

const readEntry = (bytes: Uint8Array, view: DataView, at: number, end: number): E.Either<string, Entry> => {
  if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50)
    return damaged('directory', 'an entry of an archive', 'other bytes');
  const length = view.getUint16(at + 28, true);
  const next = at + 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  if (next > end) return damaged('directory', 'whole entries', 'a part of one');
  const entry = {
    name: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + length)),
    method: view.getUint16(at + 10, true),
    checksum: view.getUint32(at + 16, true),
    packed: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    at: view.getUint32(at + 42, true),
    next,
  };
  if ((view.getUint16(at + 8, true) & 1) === 1) return damaged(entry.name, 'a plain file', 'an encrypted one');
  if (entry.packed === 0xffffffff || entry.size === 0xffffffff || entry.at === 0xffffffff)
    return E.left(`${entry.name}: expected less than 4 GiB, got more. Store it in parts.`);
  return E.right(entry);
};

/** Deflate packs at most 1032 to 1. */
const tightest = 1032;

const unpack = (bytes: Uint8Array, view: DataView, entry: Entry, inflate: Inflate): E.Either<string, Uint8Array> => {
  const { name, method, packed, size, at } = entry;
  if (at + 30 > bytes.length || view.getUint32(at, true) !== 0x04034b50)
    return damaged(name, 'a file in the archive', 'other bytes');
  const start = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  if (start + packed > bytes.length) return damaged(name, `${packed} bytes`, `${Math.max(0, bytes.length - start)}`);
  const contents = bytes.subarray(start, start + packed);
  if (method !== 0 && method !== 8)
    return E.left(`${name}: expected a stored or deflated file, got method ${method}. Pack the archive anew.`);
  if (method === 0 ? packed !== size : size > packed * tightest + 64)
    return damaged(name, `${size} bytes`, `${packed} packed bytes`);
  return E.tryCatch(
    () => (method === 0 ? contents : inflate(contents, size)),
    () => `${name}: expected deflated bytes, got others. The archive is damaged.`,
  );
};

/** The files of an archive by name, in order. */
export const unzip = (bytes: Uint8Array, inflate: Inflate): E.Either<string, ReadonlyMap<string, Uint8Array>> => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end < 0) return damaged('file', 'the end of an archive', `${bytes.length} bytes without it`);
  const files = new Map<string, Uint8Array>();
  let at = view.getUint32(end + 16, true);
  const count = view.getUint16(end + 10, true);
  for (let i = 0; i < count; i++) {
    const entry = readEntry(bytes, view, at, end);
    if (E.isLeft(entry)) return entry;
    const { name, size, checksum, next } = entry.right;
    const contents = unpack(bytes, view, entry.right, inflate);
    if (E.isLeft(contents)) return contents;
    if (contents.right.length !== size || crc32(contents.right) !== checksum)
      return damaged(name, 'the bytes of its checksum', 'others');
    if (files.has(name)) return damaged(name, 'one file of this name', 'two');
    files.set(name, contents.right);
    at = next;
  }
  return at === end ? E.right(files) : damaged('directory', `${end - at} bytes less`, 'more');
};
