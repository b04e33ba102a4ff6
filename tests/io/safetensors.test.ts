import * as fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { np, random, tree, type DType } from 'fluxion';
import { decode, decodeLike, decodeTree, encode } from 'fluxion/io';
import { allDTypes, arrays, codecLaws, trees } from 'fluxion/laws';

const plainStatics = fc.oneof(
  fc.constantFrom(null, undefined, true, false, '*', 'leaf', '"'),
  fc.string({ maxLength: 3 }),
);
/** Trees without functions and numbers: what a file can hold. */
const storable = trees(fc.oneof({ arbitrary: arrays({ dtype: allDTypes, range: 'all' }), weight: 3 }, plainStatics), {
  statics: false,
});
const right = <T>(either: E.Either<string, T>): T => {
  if (E.isLeft(either)) throw new Error(either.left);
  return either.right;
};
const left = (either: E.Either<string, unknown>): string => (E.isLeft(either) ? either.left : 'a value');

/** A file made by hand, as any other program would. */
const file = (header: unknown, data: readonly number[] = []): Uint8Array => {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
};

describe('trees as safetensors', () => {
  for (const { name, check } of codecLaws({ name: 'tree', values: storable, encode, decode: decodeTree }))
    test(name, () => check({ runs: 200 }));

  test('reading with a model at hand gives the same as without', () => {
    fc.assert(
      fc.property(storable, (value) => {
        const [like, alone] = [right(decodeLike(encode(value), value)), right(decodeTree(encode(value)))];
        expect(encode(like)).toEqual(encode(alone));
      }),
      { numRuns: 50 },
    );
  });

  test('structure, static leaves and types come back', () => {
    const value = {
      layers: [{ kernel: np.ones([2, 3], 'float64'), act: 'relu', bias: null }, { on: true }],
      empty: np.zeros([0, 4]),
      step: np.array(7, 'int32'),
      mask: np.array([true, false]),
      key: random.key(3),
      bytes: np.array([1, 255], 'uint8'),
      'a.b': np.ones([1]),
      a: { b: np.zeros([1]) },
      __metadata__: np.ones([]),
    };
    const read = right(decodeTree(encode(value)));
    expect(tree.sameStructure(tree.structure(read), tree.structure(value))).toBe(true);
    expect(JSON.stringify(read)).toBe(JSON.stringify(right(decodeLike(encode(value), value))));
    expect(tree.leaves(read).map(String)).toEqual(tree.leaves(value).map(String));
  });

  test('other programs can read the file', () => {
    const bytes = encode({ w: np.array([[1, 2]]), n: np.array([3], 'uint8'), b: np.array([true]) }, { model: 'small' });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect((8 + length) % 8).toBe(0);
    const header: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    expect(header).toMatchObject({
      __metadata__: { format: 'fluxion', model: 'small' },
      b: { dtype: 'BOOL', shape: [1], data_offsets: [0, 1] },
      n: { dtype: 'U8', shape: [1], data_offsets: [1, 2] },
      w: { dtype: 'F32', shape: [1, 2], data_offsets: [2, 10] },
    });
    expect(bytes.length).toBe(8 + length + 10);
  });

  test('files of other programs can be read', () => {
    const made = file({ x: { dtype: 'I32', shape: [2], data_offsets: [0, 8] } }, [1, 0, 0, 0, 255, 255, 255, 255]);
    expect(right(decode(made)).tensors.get('x')?.toNested()).toEqual([1, -1]);
    expect(right(decodeLike(made, { x: np.zeros([2], 'int32') })).x.toNested()).toEqual([1, -1]);
    expect(left(decodeTree(made))).toMatch(/structure: expected the structure of a tree, got nothing/);
  });

  test('a file that another program wrote anew still passes the check', () => {
    const bytes = encode({ a: np.ones([2]), b: np.zeros([1]) });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<string, unknown>; // sound: we wrote it
    const { a, ...rest } = header;
    const again = file(JSON.stringify({ ...rest, a }, null, 1), [...bytes.subarray(8 + length)]);
    expect(E.isRight(decodeTree(again))).toBe(true);
  });
});

describe('what is wrong with a file', () => {
  const x = (dtype: string, shape: readonly number[], ends: readonly number[]): unknown => ({
    x: { dtype, shape, data_offsets: ends },
  });
  test.each<[string, Uint8Array]>([
    ['no bytes', Uint8Array.of()],
    ['a header beyond the end', file('{}').slice(0, 9)],
    ['no JSON', file('hello')],
    ['no record', file('[1]')],
    [
      'text that is no UTF-8',
      (() => {
        const b = file('{"a":1}');
        b[10] = 0xff;
        return b;
      })(),
    ],
    ['lists without end', file('['.repeat(200_000))],
    ['an unknown type', file(x('F8_E4M3', [1], [0, 1]), [0])],
    ['a negative extent', file(x('F32', [-1], [0, 4]), [0, 0, 0, 0])],
    ['a fractional extent', file(x('F32', [0.5], [0, 4]), [0, 0, 0, 0])],
    ['too few bytes for the shape', file(x('F32', [2], [0, 4]), [0, 0, 0, 0])],
    ['a gap', file(x('U8', [1], [1, 2]), [0, 0])],
    ['a tail', file(x('U8', [1], [0, 1]), [0, 0])],
    ['a huge shape', file(x('F64', [2 ** 40, 2 ** 40], [0, 8]), [0, 0, 0, 0, 0, 0, 0, 0])],
    ['booleans that are none', file(x('BOOL', [1], [0, 1]), [2])],
    ['metadata that are no text', file({ __metadata__: { a: 1 } })],
    ['ours without a checksum', file({ __metadata__: { format: 'fluxion' } })],
  ])('%s', (_, bytes) => expect(left(decode(bytes))).toMatchSnapshot());

  test.each<[string, readonly number[], DType, readonly number[]]>([
    // 1, -2, the largest, the smallest above 0, infinity.
    ['F16', [0, 0x3c, 0, 0xc0, 0xff, 0x7b, 1, 0, 0, 0x7c], 'float32', [1, -2, 65504, 2 ** -24, Infinity]],
    ['BF16', [0x80, 0x3f, 0x49, 0xc0], 'float32', [1, -3.140625]],
    ['I8', [255, 127], 'int32', [-1, 127]],
    ['I16', [254, 255], 'int32', [-2]],
    ['U16', [255, 255], 'uint32', [65535]],
    ['I64', [255, 255, 255, 255, 255, 255, 255, 255], 'int32', [-1]],
    ['U64', [255, 255, 255, 255, 0, 0, 0, 0], 'uint32', [2 ** 32 - 1]],
  ])('%s of other programs widens', (code, bytes, dtype, values) => {
    const read = right(decode(file(x(code, [values.length], [0, bytes.length]), bytes))).tensors.get('x');
    expect([read?.dtype, Array.from(read?.dataSync() ?? [])]).toEqual([dtype, values]);
  });
  test('an integer of 64 bits that does not fit is Left', () => {
    expect(left(decode(file(x('I64', [1], [0, 8]), [0, 0, 0, 0, 1, 0, 0, 0])))).toBe(
      'x: expected integers that fit int32, got 4294967296 at 0. Store them as floats instead.',
    );
  });

  test('another model: the first path that differs', () => {
    const model = { hidden: { kernel: np.ones([4, 2]), act: 'relu' }, head: [np.ones([2])] };
    const bytes = encode(model);
    const others: readonly unknown[] = [
      { ...model, hidden: { kernel: np.ones([4, 3]), act: 'relu' } },
      { ...model, hidden: { kernel: np.ones([4, 2], 'float64'), act: 'relu' } },
      { ...model, hidden: { kernel: np.ones([4, 2]), act: 'tanh' } },
      { ...model, hidden: { weights: np.ones([4, 2]), act: 'relu' } },
      { hidden: model.hidden, head: [] },
      { ...model, head: [np.ones([2]), null] },
      { ...model, head: { 0: np.ones([2]) } },
    ];
    expect(others.map((other) => left(decodeLike(bytes, other)))).toMatchSnapshot();
  });
  test('functions are compared by name, and cannot be made from a file', () => {
    const act = (): null => null;
    const bytes = encode({ act, w: np.ones([1]) });
    expect(right(decodeLike(bytes, { act, w: np.zeros([1]) })).act).toBe(act);
    expect(left(decodeTree(bytes))).toMatch(/^\.act: expected data, got function act\./);
  });
  test('every type has a code', () => {
    const types: readonly DType[] = allDTypes;
    for (const dtype of types)
      expect(right(decodeLike(encode(np.ones([3], dtype)), np.zeros([3], dtype))).dtype).toBe(dtype);
  });
});
