/** Taking apart and putting together: what is a leaf, what is a node, what is refused; keys of structures. */
import { np, tree, TreeError } from 'fluxion';
import { describe, expect, test } from 'vitest';
import { dataKey } from '../../src/core/key.ts';
import { structureKey } from '../../src/tree/compare.ts';

const x = np.ones([2]);

describe('flatten', () => {
  test('arrays, numbers and typed arrays are leaves, records go by sorted keys', () => {
    const bytes = new Uint8Array(1);
    const { leaves, structure } = tree.flatten({ w: [x, 1], b: bytes, act: 'relu' });
    expect([bytes, x, 1].map((leaf, i) => leaf === leaves[i])).toEqual([true, true, true]);
    expect(tree.showStructure(structure)).toBe('{act: "relu", b: *, w: [*, *]}');
    expect(structure.count).toBe(3);
  });

  test('holes of sparse arrays are undefined', () => {
    // eslint-disable-next-line no-sparse-arrays -- what this is about
    const { structure } = tree.flatten([1, , 2]);
    expect(tree.sameStructure(structure, tree.structure([1, undefined, 2]))).toBe(true);
    expect(tree.unflatten(structure, [3, 4])).toEqual([3, undefined, 4]);
  });

  test('a key named __proto__ survives, and the prototype stays', () => {
    const odd: unknown = JSON.parse('{"__proto__": 1, "b": 2}');
    const mapped = tree.map((leaf: number) => leaf + 1, odd as { readonly [key: string]: number });
    expect(JSON.stringify(mapped)).toBe('{"__proto__":2,"b":3}');
    expect(Object.getPrototypeOf(mapped)).toBe(Object.prototype);
  });

  test('nodes for which isLeaf holds are leaves', () => {
    const isLeaf = (node: unknown): boolean => node === null || Array.isArray(node);
    expect(tree.flatten({ a: null, b: [1, 2], c: 3 }, { isLeaf }).leaves).toEqual([null, [1, 2], 3]);
  });

  test('one tree may stand at several places', () => {
    const shared = { w: x };
    expect(tree.leaves([shared, shared]).map((leaf) => leaf === x)).toEqual([true, true]);
  });
});

describe('a structure to follow is only a hint', () => {
  const hinted = (t: unknown, like: unknown): tree.Flattened => tree.flatten(t, { like: tree.structure(like) });
  const inherited: unknown = Object.getOwnPropertyDescriptor(Object.prototype, 'toString')?.value;

  test.for<readonly [string, unknown, unknown]>([
    ['another static value', { a: 'x', b: 1 }, { a: 'y', b: 1 }],
    ['another key', { a: 1 }, { b: 1 }],
    ['a key that is inherited', { other: inherited }, { toString: inherited }],
    ['a key of the prototype', { other: {} }, JSON.parse('{"__proto__": {}}')],
    ['a key more', { a: 1, b: null }, { a: 1 }],
    ['a record with the keys of a list', { 0: 1, 1: 2, length: 2 }, [1, 2]],
    ['a list with the keys of a record', [1, 2], { 0: 1, 1: 2 }],
    ['a leaf for a node', 1, [1]],
    ['a node for a leaf', [1], 1],
    ['undefined for null', [undefined], [null]],
  ])('%s', ([, t, like]) => {
    const plain = tree.flatten(t);
    const followed = hinted(t, like);
    expect(followed).toEqual(plain);
    expect(tree.sameStructure(followed.structure, plain.structure)).toBe(true);
    expect(tree.sameStructure(followed.structure, tree.structure(like))).toBe(false);
  });
});

describe('what is no tree is refused with its path', () => {
  class Box {
    readonly x = x;
  }
  const circular: unknown[] = [1];
  circular.push({ again: circular });
  test.for<readonly [unknown, string]>([
    [{ when: new Date() }, 'tree.flatten: .when: expected a tree, got a Date. Pass its time as a number.'],
    [[new Map()], 'tree.flatten: [0]: expected a tree, got a Map. Use a record, as Object.fromEntries makes it.'],
    [{ 'odd key': new Set() }, 'tree.flatten: ["odd key"]: expected a tree, got a Set. Use a list, [...set].'],
    [new Box(), 'tree.flatten: expected a tree, got a Box. Register the class with tree.register.'],
    [{ a: new DataView(new ArrayBuffer(1)) }, 'tree.flatten: .a: expected a tree, got a DataView. Use a typed array.'],
    [
      [new Int8Array(1)],
      'tree.flatten: [0]: expected a tree, got an Int8Array. Copy it into a Float32Array or an Int32Array.',
    ],
    [circular, 'tree.flatten: [1].again: expected a tree, got a circular reference. Trees end in leaves.'],
  ])('%#', ([t, message]) => {
    expect(() => tree.flatten(t)).toThrow(TreeError);
    expect(() => tree.flatten(t)).toThrow(message);
  });
});

describe('unflatten', () => {
  test('leaves of any type stand in the structure', () => {
    expect(tree.unflatten(tree.structure({ a: 1, b: [2] }), ['x', null])).toEqual({ a: 'x', b: [null] });
  });
  test('another number of leaves is refused', () => {
    expect(() => tree.unflatten(tree.structure([1, 2]), [1])).toThrow(
      'tree.unflatten: expected 2 leaves, got 1. Give one for each leaf of the structure.',
    );
  });
});

describe('registered nodes', () => {
  class Pair {
    readonly items: readonly unknown[];
    readonly label: string;
    constructor(items: readonly unknown[], label: string) {
      this.items = items;
      this.label = label;
    }
  }
  class Special extends Pair {}
  tree.register(Pair, {
    flatten: ({ items, label }) => [items, { label }],
    unflatten: (items, { label }) => new Pair(items, label),
  });
  interface Tagged {
    readonly tag: 'tagged';
    readonly value: unknown;
  }
  tree.register(
    (node): node is Tagged => typeof node === 'object' && node !== null && 'tag' in node && node.tag === 'tagged',
    {
      flatten: ({ value }) => [[value], null],
      unflatten: ([value]): Tagged => ({ tag: 'tagged', value }),
    },
  );

  test('a class is taken apart and put together', () => {
    const mapped = tree.map((leaf: number) => leaf * 2, { p: new Pair([1, { a: 2 }], 'x') } as unknown as {
      p: number;
    });
    expect(mapped).toEqual({ p: new Pair([2, { a: 4 }], 'x') });
    expect(tree.leavesWithPath([new Pair([1, { a: 2 }], 'x')]).map(([path]) => tree.keystr(path))).toEqual([
      '[0][0]',
      '[0][1].a',
    ]);
  });
  test('auxiliary data belong to the structure and are compared by their contents', () => {
    const structure = tree.structure(new Pair([1], 'x'));
    expect(tree.sameStructure(structure, tree.structure(new Pair([2], 'x')))).toBe(true);
    const other = tree.flatten(new Pair([1], 'y'), { like: structure });
    expect(tree.sameStructure(structure, other.structure)).toBe(false);
  });
  test('a test of values registers what has no class', () => {
    const structure = tree.structure({ tag: 'tagged', value: [1, 2] });
    expect(tree.showStructure(structure)).toBe('Object([[*, *]])');
    expect(tree.unflatten(structure, [3, 4])).toEqual({ tag: 'tagged', value: [3, 4] });
  });
  test('subclasses are not meant', () => {
    expect(() => tree.flatten(new Special([], ''))).toThrow('got a Special');
  });
  test('a class is registered once, and no built-in node', () => {
    const type = { flatten: () => [[], null] as const, unflatten: () => [] };
    expect(() => tree.register(Pair, type as never)).toThrow(
      'tree.register: expected a class that is not yet known, got Pair.',
    );
    expect(() => tree.register(Array, type)).toThrow('got Array');
  });
  test('children must be a list or a record', () => {
    class Bad {
      readonly bad = true;
    }
    tree.register(Bad, { flatten: () => [new Date(), null], unflatten: () => new Bad() });
    expect(() => tree.flatten({ b: new Bad() })).toThrow(
      'tree.flatten: .b: expected a list or record of children from the registered Bad',
    );
  });
});

describe('keys of structures', () => {
  const keyOf = (t: unknown): string => structureKey(tree.structure(t), dataKey);
  const [one, two] = [Symbol('s'), Symbol('s')];
  const different: readonly unknown[] = [
    1,
    null,
    undefined,
    'null',
    'undefined',
    '*',
    true,
    'true',
    1n,
    '1n',
    one,
    two,
    Symbol.for('s'),
    () => 0,
    () => 0,
    [],
    {},
    [1],
    [[1]],
    [1, 1],
    ['*'],
    { a: 1 },
    { a: null },
    { a: undefined },
    { 'a:1,b': 1 },
    { a: 1, b: 1 },
    { '"a"': 1 },
    JSON.parse('{"__proto__": 1}'),
  ];
  test('different structures have different keys, and are not the same', () => {
    expect(new Set(different.map(keyOf)).size).toBe(different.length);
    different.forEach((a, i) =>
      different.forEach((b, j) => expect(tree.sameStructure(tree.structure(a), tree.structure(b))).toBe(i === j)),
    );
  });
  test('equal structures have equal keys', () => {
    expect(keyOf({ b: [x, 's'], a: one })).toBe(keyOf({ a: one, b: [2, 's'] }));
  });
  test('plain data have keys that tell them apart', () => {
    const data: readonly unknown[] = [
      0,
      -0,
      1,
      1n,
      '1',
      NaN,
      { a: 1, b: 2 },
      { 'a":1,"b': 2 },
      [undefined],
      new Array(1),
      [],
      one,
      two,
    ];
    expect(new Set(data.map(dataKey)).size).toBe(data.length - 1); // a hole is undefined
  });
});
