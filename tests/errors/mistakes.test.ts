/** The commonest mistakes, one by one: each message names the operation, the shapes, the leaf where there is a tree, the line, and a remedy. */
import { describe, expect, test } from 'vitest';
import {
  associativeScan,
  cond,
  foriLoop,
  grad,
  jit,
  lax,
  linalg,
  np,
  random,
  scan,
  switchCase,
  valueAndGrad,
  vmap,
  whileLoop,
  type DType,
  type NDArray,
} from 'fluxion';
import { errorOf, lineOf, markedLine, sentenceOf } from './place.ts';

const x = np.ones([2, 3]);
/** For mistakes that the compiler would find: what JavaScript may pass. */
const unchecked = (value: unknown): never => value as never;

interface State {
  readonly opt: { readonly mean: NDArray; readonly moments: readonly NDArray[] };
}
const state: State = { opt: { mean: np.array(1), moments: [np.array(2), np.array(3)] } };
const choose =
  (yes: (v: NDArray) => unknown, no: (v: NDArray) => unknown): (() => unknown) =>
  () =>
    jit((p: NDArray) => cond(p, yes, no, np.ones([3])))(np.array(true));
const choosing =
  (...branches: readonly ((v: NDArray) => unknown)[]): (() => unknown) =>
  () =>
    jit((i: NDArray) => switchCase(i, branches, np.ones([3])))(np.array(1, 'int32'));

type Mistakes = Readonly<Record<string, () => unknown>>;
const snapshotOf = (mistakes: Mistakes): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(mistakes).map(([name, body]) => [name, sentenceOf(body)]));

const shapes: Mistakes = {
  'wrong rank: a vector to factorise': () => linalg.cholesky(np.ones([3])),
  'wrong rank: a batch for diag': () => np.diag(np.ones([2, 2, 2])),
  'wrong rank: a scalar to multiply': () => np.matmul(x, np.array(2)),
  'wrong rank: too few axes to transpose': () => np.transpose(x, [0]),
  'wrong rank: unlike arrays to stack': () => np.stack([x, np.ones([2])]),
  'wrong rank: no square matrix': () => linalg.inv(x),
  'mismatched contraction: matmul': () => x.matmul(x),
  'mismatched contraction: dot': () => np.dot(x, np.ones([4])),
  'mismatched contraction: einsum': () => np.einsum('ij,jk->ik', x, x),
  'mismatched contraction: tensordot': () => np.tensordot(x, x, 1),
  'mismatched contraction: under vmap': () => vmap((row: NDArray) => row.matmul(np.ones([4])))(x),
  'bad axis: sum': () => x.sum(2),
  'bad axis: concatenate': () => np.concatenate([x, x], -3),
  'bad axis: stack': () => np.stack([x, x], 3),
  'bad axis: twice': () => x.sum([0, -2]),
  'bad axis: vmap': () => vmap(({ w }: { w: NDArray }) => w, { inAxes: [{ w: 2 }] })({ w: x }),
  'bad reshape: another size': () => x.reshape(4),
  'bad reshape: no extent to be worked out': () => x.reshape(4, -1),
  'bad reshape: under jit': () => jit((y: NDArray) => y.reshape(7))(x),
};

const derivatives: Mistakes = {
  'non-scalar grad': () => grad((y: NDArray) => y.mul(2))(x),
  'non-scalar grad: several arrays': () => valueAndGrad((y: NDArray) => [y.sum(), y.mean()])(x),
  'non-scalar grad: a record': () => grad((y: NDArray) => ({ loss: y.sum() }))(x),
  'non-scalar grad: nothing': () => grad((_: NDArray) => null)(1),
  'integer grad': () => grad((n: NDArray) => n.sum())(np.arange(3)),
  'integer grad: in a tree': () =>
    grad(({ layers }: { layers: readonly NDArray[] }) => np.add(layers[0] ?? 0, 1))({ layers: [np.array(1, 'int32')] }),
  'integer grad: an integer result': () => grad((y: NDArray) => np.argmax(y))(np.ones([3])),
};

const trees: Mistakes = {
  'tree mismatch in scan carry': () =>
    scan(
      ({ opt }: State, y: NDArray) => unchecked([{ opt: { ...opt, moments: [np.array(2)] } }, y]),
      state,
      np.ones([3]),
    ),
  'tree mismatch in scan carry: a field lost': () =>
    scan(({ opt }: State, y: NDArray) => unchecked([{ opt: { mean: opt.mean } }, y]), state, np.ones([3])),
  'tree mismatch in scan carry: a shape': () =>
    scan(
      ({ opt }: State, y: NDArray): readonly [State, NDArray] => [{ opt: { ...opt, mean: np.ones([3]) } }, y],
      state,
      np.ones([3]),
    ),
  'tree mismatch in scan carry: a type': () =>
    scan(
      (c: { n: NDArray }, y: NDArray): readonly [{ n: NDArray }, NDArray] => [{ n: c.n.add(0.5) }, y],
      { n: np.array(1, 'int32') },
      np.ones([3]),
    ),
  'tree mismatch in foriLoop carry': () => foriLoop(0, 3, () => ({ w: np.ones([2]) }), { w: np.ones([3]) }),
  'tree mismatch in whileLoop carry': () =>
    whileLoop(
      (c: { w: NDArray }) => c.w.sum().less(3),
      ({ w }) => ({ w: w.reshape(1, 3) }),
      { w: np.ones([3]) },
    ),
  'tree mismatch in associativeScan': () => associativeScan((a: { w: NDArray }) => ({ w: a.w.sum() }), { w: x }),
  'slices of unequal length': () =>
    scan((c: NDArray, { a }: { a: NDArray; b: NDArray }): readonly [NDArray, NDArray] => [c, a], 0, {
      a: np.ones([3]),
      b: np.ones([4]),
    }),
  'branch types differ: shape': choose(
    (v) => ({ loss: { mean: v.mean() }, v }),
    (v) => ({ loss: { mean: v }, v }),
  ),
  'branch types differ: type': choose(
    (v) => [v, { n: v }],
    (v) => [v, { n: v.astype('int32') }],
  ),
  'branch types differ: structure': choose(
    (v) => ({ loss: { mean: v } }),
    (v) => ({ loss: v }),
  ),
  'branch types differ: single arrays': choose(
    (v) => v,
    (v) => v.sum(),
  ),
  'branch types differ: in a switch': choosing(
    (v) => ({ v }),
    (v) => ({ v }),
    (v) => ({ v: v.sum() }),
  ),
  'branch types differ: structure in a switch': choosing(
    (v) => ({ v }),
    (v) => ({ w: v }),
  ),
};

const key = random.key(0);
const values: Mistakes = {
  'traced value read under jit': () =>
    jit(function model({ w }: { w: NDArray }) {
      return Number(w.item()) > 0 ? w : w.neg();
    })({ w: np.array(1) }),
  'key: a stack of them': () => random.normal(random.split(key, [3])),
  'key: words of another type': () => random.uniform(unchecked(np.ones([2]))),
  'out-of-range static index: get': () => x.get(2),
  'out-of-range static index: from the end': () => x.get(0, -4),
  'out-of-range static index: at': () => x.at(5).set(0),
  'out-of-range static index: under vmap': () => vmap((row: NDArray) => row.get(7))(x),
  'out-of-range static index: a slice of lax': () => lax.slice(x, [0, 0], [3, 3]),
  'out-of-range static index: more than there are axes': () => x.get(0, 0, 0),
  'unknown dtype: array': () => np.array([1, 2], unchecked('float16')),
  'unknown dtype: zeros': () => np.zeros([2], unchecked('int64')),
  'unknown dtype: astype': () => x.astype(unchecked('float')),
  'unknown dtype: of a sum': () => x.sum({ dtype: unchecked('int8') }),
  'unknown dtype: to draw': () => random.normal(key, [2], unchecked('bfloat16')),
  'ragged nested array': () => np.array([[1, 2], [3]]),
  'ragged nested array: within': () =>
    np.array([
      [
        [1, 2],
        [3, 4],
      ],
      [[1, 2], [3]],
    ]),
  'ragged nested array: numbers among lists': () => x.add([[1, 2, 3], 4]),
  'no number in a nested array': () => np.array(unchecked([[1, 'a']])),
};

describe('a message about', () => {
  test('shapes', () => {
    expect(snapshotOf(shapes)).toMatchInlineSnapshot(`
      {
        "bad axis: concatenate": "IndexError index.axis: concatenate: expected an axis of float32[2,3], got -3. Axes go from -2 to 1.",
        "bad axis: stack": "IndexError index.axis: stack: expected an axis of float32[2,3,2], got 3. Axes go from -3 to 2.",
        "bad axis: sum": "IndexError index.axis: sum: expected an axis of float32[2,3], got 2. Axes go from -2 to 1.",
        "bad axis: twice": "IndexError index.axis: sum: expected each axis of float32[2,3] once, got [0, -2]. Name none twice, from either end.",
        "bad axis: vmap": "ShapeError shape.axis: vmap: [0].w: expected an axis within float32[2,3], got 2. Pass null for arguments that are not mapped.",
        "bad reshape: another size": "ShapeError shape.reshape: reshape: expected a shape of 6 elements for float32[2,3], got [4]. Use -1 for one extent to be worked out.",
        "bad reshape: no extent to be worked out": "ShapeError shape.reshape: reshape: expected a shape of 6 elements for float32[2,3], got [4, -1]. Use -1 for one extent to be worked out.",
        "bad reshape: under jit": "ShapeError shape.reshape: reshape: expected a shape of 6 elements for float32[2,3], got [7]. Use -1 for one extent to be worked out.",
        "mismatched contraction: dot": "ShapeError shape.contract: dot: expected the last axis of x to equal the first axis of y, got float32[2,3] and float32[4]. Transpose or reshape one of them.",
        "mismatched contraction: einsum": "ShapeError shape.contract: einsum: expected one extent for axis 'j', got float32[2,3] and float32[2,3]. Equal letters are equal extents.",
        "mismatched contraction: matmul": "ShapeError shape.contract: matmul: expected the last axis of x to equal the second to last axis of y, got float32[2,3] and float32[2,3]. Transpose or reshape one of them.",
        "mismatched contraction: tensordot": "ShapeError shape.contract: tensordot: expected paired axes of one extent, got float32[2,3] over [1] and float32[2,3] over [0]. Name the axes in pairs.",
        "mismatched contraction: under vmap": "ShapeError shape.contract: matmul: expected the last axis of x to equal the first axis of y, got float32[3] and float32[4]. Transpose or reshape one of them.",
        "wrong rank: a batch for diag": "ShapeError shape.rank: diag: expected a vector or a matrix, got float32[2,2,2]. Use diagonal for more axes.",
        "wrong rank: a scalar to multiply": "ShapeError shape.rank: matmul: expected arrays of at least one axis, got float32[2,3] and float32[]. Use multiply for scalars.",
        "wrong rank: a vector to factorise": "ShapeError shape.rank: cholesky: expected a matrix, got float32[3]. Add axes first.",
        "wrong rank: no square matrix": "ShapeError shape.square: inv: expected square matrices, got float32[2,3]. The last two axes must be equal.",
        "wrong rank: too few axes to transpose": "ShapeError shape: transpose: expected all 2 axes of float32[2,3], got [0]. Name each axis once.",
        "wrong rank: unlike arrays to stack": "ShapeError shape.stack: stack: expected arrays of one shape, got float32[2,3] and float32[2]. Reshape them, or join them by concatenate.",
      }
    `);
  });

  test('derivatives', () => {
    expect(snapshotOf(derivatives)).toMatchInlineSnapshot(`
      {
        "integer grad": "DTypeError grad.integer: grad: [0]: expected a float to differentiate, got int32[3]. Convert it with astype, choose argnums, or pass { allowInt: true }.",
        "integer grad: an integer result": "DTypeError grad.float: grad: expected a float result, got int32[]. Convert it with astype.",
        "integer grad: in a tree": "DTypeError grad.integer: grad: [0].layers[0]: expected a float to differentiate, got int32[]. Convert it with astype, choose argnums, or pass { allowInt: true }.",
        "non-scalar grad": "ShapeError grad.scalar: grad: expected a scalar result, got float32[2,3]. Reduce it, for example with mean, or use jacrev.",
        "non-scalar grad: a record": "ShapeError grad.scalar: grad: expected a scalar result, got a tree with float32[] at .loss. Return the loss alone, or [loss, aux] with hasAux.",
        "non-scalar grad: nothing": "ShapeError grad.scalar: grad: expected a scalar result, got no array at all. Return the loss.",
        "non-scalar grad: several arrays": "ShapeError grad.scalar: grad: expected one scalar result, got 2 arrays. Use hasAux for [loss, aux].",
      }
    `);
  });

  test('trees and branches', () => {
    expect(snapshotOf(trees)).toMatchInlineSnapshot(`
      {
        "branch types differ: in a switch": "DTypeError dtype.branches: switchCase: branches[2]().v: expected float32[3] as branches[0]() gives, got float32[]. Reshape one of them, or convert it with astype.",
        "branch types differ: shape": "DTypeError dtype.branches: cond: onTrue().loss.mean: expected float32[3] as onFalse() gives, got float32[]. Reshape one of them, or convert it with astype.",
        "branch types differ: single arrays": "DTypeError dtype.branches: cond: onTrue(): expected float32[] as onFalse() gives, got float32[3]. Reshape one of them, or convert it with astype.",
        "branch types differ: structure": "TreeError tree.branches: cond: onTrue().loss: expected a leaf, got a record of mean. That is what onFalse() gives; all branches return trees of one structure.",
        "branch types differ: structure in a switch": "TreeError tree.branches: switchCase: branches[1]().v: expected a leaf, got nothing. That is what branches[0]() gives; all branches return trees of one structure.",
        "branch types differ: type": "DTypeError dtype.branches: cond: onTrue()[1].n: expected int32[3] as onFalse() gives, got float32[3]. Reshape one of them, or convert it with astype.",
        "slices of unequal length": "ShapeError shape.scan: scan: xs.b: expected 3 slices, got 4. All xs share the extent of their leading axis.",
        "tree mismatch in associativeScan": "DTypeError loop.carry: associativeScan: elements.w: expected combinations of float32[1,3] to be such, got float32[]. The combination of two elements is an element, for all along the axis at once.",
        "tree mismatch in foriLoop carry": "DTypeError loop.carry: foriLoop: carry.w: expected the body to give float32[3] as it got, got float32[2]. Convert the start or the result.",
        "tree mismatch in scan carry": "TreeError tree.carry: scan: carry.opt.moments: expected a list of 2, got a list of 1. Return the carry as it came.",
        "tree mismatch in scan carry: a field lost": "TreeError tree.carry: scan: carry.opt.moments: expected a list of 2, got nothing. Return the carry as it came.",
        "tree mismatch in scan carry: a shape": "DTypeError loop.carry: scan: carry.opt.mean: expected the body to give float32[] as it got, got float32[3]. Convert the start or the result.",
        "tree mismatch in scan carry: a type": "DTypeError loop.carry: scan: carry.n: expected the body to give int32[] as it got, got float32[]. Convert the start or the result.",
        "tree mismatch in whileLoop carry": "DTypeError loop.carry: whileLoop: carry.w: expected the body to give float32[3] as it got, got float32[1,3]. Convert the start or the result.",
      }
    `);
  });

  test('keys, indices, types and nested lists', () => {
    expect(snapshotOf(values)).toMatchInlineSnapshot(`
      {
        "key: a stack of them": "ShapeError random.key: random: expected one key, uint32[2], got uint32[3,2]. Make keys by key and split, and map over stacked ones with vmap.",
        "key: words of another type": "ShapeError random.key: random: expected one key, uint32[2], got float32[2]. Make keys by key and split, and map over stacked ones with vmap.",
        "no number in a nested array": "DTypeError dtype.unknown: array: expected numbers, booleans, typed arrays or nested lists of them, got string. Convert it first.",
        "out-of-range static index: a slice of lax": "ShapeError shape: slice: expected bounds within float32[2,3], got [0, 0] to [3, 3] by [1, 1]. Limits go up to the extents; strides are positive, reverse turns the order.",
        "out-of-range static index: at": "IndexError index.range: at: expected a position from -2 to 1 on axis 0 of float32[2,3], got 5. Give { mode: 'clip' } or { mode: 'fill' } to allow others.",
        "out-of-range static index: from the end": "IndexError index.range: get: expected a position from -3 to 2 on axis 1 of float32[2,3], got -4. Give { mode: 'clip' } or { mode: 'fill' } to allow others.",
        "out-of-range static index: get": "IndexError index.range: get: expected a position from -2 to 1 on axis 0 of float32[2,3], got 2. Give { mode: 'clip' } or { mode: 'fill' } to allow others.",
        "out-of-range static index: more than there are axes": "IndexError index.rank: get: expected indices for at most the 2 axes of float32[2,3], got some for 3. One index for each axis; a mask takes as many as it has.",
        "out-of-range static index: under vmap": "IndexError index.range: get: expected a position from -3 to 2 on axis 0 of float32[3], got 7. Give { mode: 'clip' } or { mode: 'fill' } to allow others.",
        "ragged nested array": "ShapeError shape.ragged: array: expected rows of one shape, got shape [2] at [0] and [1] at [1]. Pad or cut the rows.",
        "ragged nested array: numbers among lists": "ShapeError shape.ragged: array: expected rows of one shape, got shape [3] at [0] and [] at [1]. Pad or cut the rows.",
        "ragged nested array: within": "ShapeError shape.ragged: array: expected rows of one shape, got shape [2] at [1][0] and [1] at [1][1]. Pad or cut the rows.",
        "traced value read under jit": "TraceError trace.concrete: item: expected a concrete value, got a traced float32[] in jit of model, made from argument [0].w. Use where, cond or scan on traced values, or make the argument static.",
        "unknown dtype: array": "DTypeError dtype.unknown: array: expected float32, float64, int32, uint32, uint8 or bool, got float16. Choose one of these.",
        "unknown dtype: astype": "DTypeError dtype.unknown: astype: expected float32, float64, int32, uint32, uint8 or bool, got float. Choose one of these.",
        "unknown dtype: of a sum": "DTypeError dtype.unknown: astype: expected float32, float64, int32, uint32, uint8 or bool, got int8. Choose one of these.",
        "unknown dtype: to draw": "DTypeError dtype: random: expected float32 or float64, got bfloat16. Convert what is drawn with astype.",
        "unknown dtype: zeros": "DTypeError dtype.unknown: array: expected float32, float64, int32, uint32, uint8 or bool, got int64. Choose one of these.",
      }
    `);
  });

  test('a key used twice, with both lines', () => {
    const twice = (): unknown => {
      const first = random.normal(key); // here: first use
      return first.add(random.normal(key)); // here: second use
    };
    const error = errorOf(() => random.debugKeyReuse(twice));
    const [first, second] = ['first use', 'second use'].map((mark) => markedLine(import.meta.filename, mark));
    expect(lineOf(error.place)).toBe(second);
    expect(error.message.replaceAll(/:\d+(?=[).])/g, '')).toBe(
      `random: expected a key that was not used, got one used at ${first}. Split it and use each part once, or clone it. (${second})`,
    );
  });

  test.for(Object.entries({ ...shapes, ...derivatives, ...trees, ...values }))(
    '%s has the form that all have, and the line',
    ([, body]) => {
      const { code, message, place } = errorOf(body);
      expect(code).toMatch(/^[a-z]+(\.[a-z]+)*$/i);
      expect(message).toMatch(/^[\w.]+: .*expected .*, got .*\. [A-Z].*\. \(/);
      expect(place).toContain('tests/errors/mistakes.test.ts:');
    },
  );

  test.for(['float16', 'constructor', 'toString'])('the type %s, wherever it is asked for', (name) => {
    const dtype = name as DType; // sound: what JavaScript may pass
    for (const make of [() => np.zeros([1], dtype), () => np.arange(3, 5, 1, dtype), () => x.astype(dtype)])
      expect(errorOf(make).code).toBe('dtype.unknown');
  });
});
