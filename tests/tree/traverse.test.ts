/** The functions over leaves, and the messages of structures that differ. */
import { cond, jvp, np, scan, tree, vjp, vmap, whileLoop, type NDArray } from 'fluxion';
import { describe, expect, test } from 'vitest';

const params = { a: [1, { w: 2, v: 3 }], act: 'relu', none: null } as const;

describe('tree', () => {
  test('map over several trees', () => {
    expect(tree.map((x, y) => x + y, params, params)).toEqual({ a: [2, { w: 4, v: 6 }], act: 'relu', none: null });
  });
  test('mapUntil stops where it is told', () => {
    const f = (x: unknown, y: unknown): unknown => (x === null ? 0 : y);
    expect(tree.mapUntil((node) => node === null, f, { a: null, b: 1 }, { a: 5, b: 6 })).toEqual({ a: 0, b: 6 });
  });
  test('mapWithPath', () => {
    expect(tree.mapWithPath((path, x) => `${tree.keystr(path)}=${x}`, params).a).toEqual([
      '.a[0]=1',
      { w: '.a[1].w=2', v: '.a[1].v=3' },
    ]);
  });
  test('leaves, flattenWithPath, leavesWithPath', () => {
    expect(tree.leaves(params)).toEqual([1, 3, 2]);
    const { leaves, structure } = tree.flattenWithPath(params);
    expect(leaves).toEqual([
      [['a', 0], 1],
      [['a', 1, 'v'], 3],
      [['a', 1, 'w'], 2],
    ]);
    expect(tree.sameStructure(structure, tree.structure(params))).toBe(true);
    expect(tree.leavesWithPath([null], { isLeaf: (node) => node === null })).toEqual([[[0], null]]);
  });
  test('reduce goes from left to right', () => {
    expect(tree.reduce((text, leaf) => `${text}${leaf}`, params, '')).toBe('132');
  });
  test('all', () => {
    expect(tree.all({ a: true, b: [1, np.ones([2]), new Float32Array([1])] })).toBe(true);
    expect([{ a: false }, [0], np.array([1, 0]), new Float32Array(1)].map((t) => tree.all(t))).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(tree.all({})).toBe(true);
  });
  test('transpose turns a list of records into a record of lists', () => {
    const [outer, inner] = [tree.structure([0, 0]), tree.structure({ a: 0, b: [0] })];
    expect(
      tree.transpose(outer, inner, [
        { a: 1, b: [2] },
        { a: 3, b: [4] },
      ]),
    ).toEqual({ a: [1, 3], b: [[2, 4]] });
    expect(() => tree.transpose(outer, inner, [{ a: 1, b: [2] }, { a: 3 }])).toThrow(
      'tree.transpose: [1].b: expected a list of 1, got nothing.',
    );
    expect(() => tree.transpose(tree.structure([]), inner, [])).toThrow(
      'tree.transpose: expected structures with leaves, got 0 and 2.',
    );
  });
  test('keystr quotes keys that are no identifiers', () => {
    expect(tree.keystr([])).toBe('');
    expect(tree.keystr(['hidden', 0, 'odd key', '0', 'größe', '$_1', '1a', ''])).toBe(
      '.hidden[0]["odd key"]["0"].größe.$_1["1a"][""]',
    );
  });
});

describe('structures that differ: the first path is named', () => {
  test.for<readonly [unknown, string]>([
    [{ ...params, a: [1, { w: [1], v: 3 }] }, '.a[1].w: expected a leaf, got a list of 1.'],
    [{ ...params, a: [1, { v: 3 }] }, '.a[1].w: expected a leaf, got nothing.'],
    [{ ...params, extra: {} }, '.extra: expected nothing, got an empty record.'],
    [{ ...params, a: [1] }, '.a: expected a list of 2, got a list of 1.'],
    [{ ...params, act: 'tanh' }, '.act: expected "relu", got "tanh".'],
    [{ ...params, act: () => 0 }, '.act: expected "relu", got function act.'],
    [{ ...params, none: undefined }, '.none: expected null, got undefined.'],
    [[], 'expected a record of a, act, none, got a list of 0.'],
  ])('%#', ([other, message]) => {
    expect(() => tree.map((x: unknown) => x, params, other)).toThrow(
      `tree.map: ${message} All trees have the structure of the first.`,
    );
  });
  test('functions of one name are told apart', () => {
    const make = () => () => 0;
    expect(() => tree.map((x: unknown) => x, [make()], [make()])).toThrow(
      '[0]: expected function, got another (function).',
    );
  });

  interface P {
    readonly w: NDArray;
  }
  const loose = <T>(value: unknown): T => value as T;
  test('jvp', () => {
    expect(() => jvp((p: P) => p.w, [{ w: 1 }], loose([{ v: 1 }]))).toThrow(
      'jvp: tangents[0].v: expected nothing, got a leaf. Give a tangent for each primal.',
    );
  });
  test('vjp', () => {
    expect(() => vjp((x: NDArray) => [x, { y: x }], 1)[1](loose([1, { z: 1 }]))).toThrow(
      'vjp: cotangent[1].y: expected a leaf, got nothing.',
    );
  });
  test('vmap', () => {
    const f = (p: P, x: NDArray): NDArray => p.w.add(x);
    const [p, x] = [{ w: np.ones([3]) }, np.ones([3])];
    expect(() => vmap(f, { inAxes: loose([{ v: 0 }, 0]) })(p, x)).toThrow(
      'vmap: inAxes[0].v: expected nothing, got a leaf.',
    );
    expect(() => vmap(f, { inAxes: loose([0]) })(p, x)).toThrow('vmap: inAxes: expected a list of 2, got a list of 1.');
    expect(vmap(f, { inAxes: [{ w: null }, 0] })(p, x).shape).toEqual([3, 3]);
  });
  test('scan and whileLoop', () => {
    const grow = (c: P): never => loose({ ...c, v: c.w });
    expect(() => scan((c: P) => [grow(c), null], { w: 0 }, null, { length: 2 })).toThrow(
      'scan: carry.v: expected nothing, got a leaf.',
    );
    expect(() => whileLoop((c: P) => c.w.less(1), grow, { w: 0 })).toThrow(
      'whileLoop: carry.v: expected nothing, got a leaf.',
    );
  });
  test('cond', () => {
    const [one, other] = [(x: NDArray): unknown => ({ a: x }), (x: NDArray): unknown => ({ a: [x] })];
    const f = (x: NDArray): unknown => cond(x.sum().greater(0), one, other, x);
    expect(() => vmap(f)(np.ones([2]))).toThrow('cond: onTrue().a: expected a list of 1, got a leaf.');
  });
});
