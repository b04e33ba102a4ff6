/** The header of a safetensors file: what its JSON must be, and what must hold between its entries. */
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { DType } from '../array/dtype.ts';
import { sizeOf } from '../array/type.ts';
import { bytesOfKind, dtypeOfKind, type StoredKind } from './elements.ts';
import { explain } from './explain.ts';

/** The codes of the format and what they store; what we have no type for widens or must fit, as in `elements.ts`. */
const codes = {
  F32: 'f4',
  F64: 'f8',
  I32: 'i4',
  U32: 'u4',
  U8: 'u1',
  BOOL: 'b1',
  F16: 'f2',
  BF16: 'bf2',
  I8: 'i1',
  I16: 'i2',
  I64: 'i8',
  U16: 'u2',
  U64: 'u8',
} as const satisfies { readonly [code: string]: StoredKind };
type Code = keyof typeof codes;
export const kindOfCode = (code: Code): StoredKind => codes[code];
export const codeOf = (dtype: DType): Code => {
  const found = Object.entries(codes).find(([, kind]) => dtypeOfKind(kind) === dtype);
  // Sound: every element type has a code, and its own stands before those that widen to it.
  return (found?.[0] ?? 'F32') as Code;
};

interface NaturalBrand {
  // The name of the brand is what messages say.
  readonly 'a whole number of at least 0': unique symbol;
}
const Natural = t.brand(
  t.Int,
  (n): n is t.Branded<t.Int, NaturalBrand> => n >= 0 && Number.isSafeInteger(n),
  'a whole number of at least 0',
);
const Tensor = t.strict({
  dtype: t.keyof(codes),
  shape: t.readonlyArray(Natural),
  data_offsets: t.tuple([Natural, Natural]),
});
export type Tensor = t.TypeOf<typeof Tensor>;
const Metadata = t.record(t.string, t.string);

export interface Header {
  readonly metadata: { readonly [key: string]: string };
  readonly tensors: ReadonlyMap<string, Tensor>;
}

const parse = (text: string): E.Either<string, unknown> =>
  E.tryCatch(
    (): unknown => JSON.parse(text),
    () => 'header: expected JSON, got other text. The file is damaged.',
  );

/** The header from its JSON text; `size` is the number of bytes of data behind it. */
export const decodeHeader = (text: string, size: number): E.Either<string, Header> =>
  E.flatten(
    E.tryCatch(
      () => readHeader(text, size),
      () => 'header: expected records of tensors, got lists too deep to read. The file is damaged.',
    ),
  );

const readHeader = (text: string, size: number): E.Either<string, Header> => {
  const parsed = parse(text);
  if (E.isLeft(parsed)) return parsed;
  const raw = t.UnknownRecord.decode(parsed.right);
  if (E.isLeft(raw))
    return E.left('header: expected a record of tensors, got another value. The file is of another kind.');
  const { __metadata__: given, ...rest } = raw.right;
  const metadata = Metadata.decode(given ?? {});
  if (E.isLeft(metadata)) return E.left(explain(metadata.left, 'header.__metadata__'));
  const tensors = new Map<string, Tensor>();
  for (const [name, value] of Object.entries(rest)) {
    const tensor = Tensor.decode(value);
    if (E.isLeft(tensor)) return E.left(explain(tensor.left, `header.${name}`));
    tensors.set(name, tensor.right);
  }
  const fault = checkLayout(tensors, size);
  return fault === null ? E.right({ metadata: metadata.right, tensors }) : E.left(fault);
};

/** Tensors must fill the data one after another, without gap or overlap, each with as many bytes as its shape asks for. */
const checkLayout = (tensors: ReadonlyMap<string, Tensor>, size: number): string | null => {
  const inOrder = [...tensors].sort(
    ([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1],
  );
  let at = 0;
  for (const [
    name,
    {
      data_offsets: [begin, end],
      dtype,
      shape,
    },
  ] of inOrder) {
    const bytes = sizeOf(shape) * bytesOfKind(codes[dtype]);
    if (begin !== at)
      return `header.${name}.data_offsets: expected to begin at ${at}, got ${begin}. Tensors stand without gaps; the file is damaged.`;
    if (end - begin !== bytes)
      return `header.${name}.data_offsets: expected ${bytes} bytes for ${dtype}[${shape.join(',')}], got ${end - begin}. The file is damaged.`;
    at = end;
  }
  return at === size
    ? null
    : `data: expected ${at} bytes, got ${size}. The file is ${size < at ? 'truncated' : 'too long'}.`;
};
