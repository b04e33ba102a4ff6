import { describe, expect, test } from 'vitest';
import { splat, type NDArray } from '../../src/array/ndarray.ts';
import { typeOf } from '../../src/array/type.ts';
import { executor } from '../../src/core/executor.ts';
import { freshVariable } from '../../src/core/supply.ts';
import type { Formula } from '../../src/kernels/scalars.ts';
import { reference, withReference } from '../../src/reference/index.ts';
import { runGraph, runKernel } from '../../src/reference/run.ts';
import { array, backwards, counting, f32, graph, i32, primitive, program, run, scalar, values } from './arrays.ts';

const int = typeOf('int32', []);
const n = (value: number): NDArray => scalar('int32', value);
const add: Formula = (s, [x, y]) => (x === undefined || y === undefined ? [] : [s.add(x, y)]);
const less: Formula = (s, [x, y]) => (x === undefined || y === undefined ? [] : [s.lt(x, y)]);
/** `[c, s, x] -> [c * s + x, s]`: Horner's step on the carry s, which the order of steps shows in. */
const horner: Formula = (s, [c, sum, x]) => {
  if (c === undefined || sum === undefined || x === undefined) return [];
  const next = s.add(s.mul(c, sum), x);
  return [next, next];
};

describe('scan', () => {
  const body = program([int, int, int], [int, int], horner);
  const scan = (length: number, reverse: boolean) =>
    ({ kind: 'scan', body, constants: 1, carry: 1, length, reverse, xsAxes: [0], ysAxes: [0] }) as const;
  test('forwards and in reverse: y stands where x was read', () => {
    const types = [int, typeOf('int32', [3])];
    for (const xs of [i32(1, 2, 3), backwards(i32(1, 2, 3))]) {
      expect(runKernel(scan(3, false), [n(10), n(0), xs], types).map(values)).toEqual([[123], [1, 12, 123]]);
      expect(runKernel(scan(3, true), [n(10), n(0), xs], types).map(values)).toEqual([[321], [321, 32, 3]]);
    }
  });
  test('of length 0 gives the carry as it came', () => {
    expect(runKernel(scan(0, false), [n(10), n(7), i32()], [int, typeOf('int32', [0])]).map(values)).toEqual([[7], []]);
  });
  test('reads and writes along the axes that it is told', () => {
    const row = typeOf('int32', [2]);
    const sums = program([row, row], [row, row], (s, [c, x]) =>
      c === undefined || x === undefined ? [] : [s.add(c, x), s.add(c, x)],
    );
    const kernel = {
      kind: 'scan',
      body: sums,
      constants: 0,
      carry: 1,
      length: 3,
      reverse: false,
      xsAxes: [1],
      ysAxes: [1],
    } as const;
    const results = runKernel(kernel, [splat(row, 0), counting('int32', [2, 3])], [row, typeOf('int32', [2, 3])]);
    expect(results.map(values)).toEqual([
      [3, 12],
      [0, 1, 3, 3, 7, 12],
    ]);
  });
  test('without xs or ys, and with several carries', () => {
    const fibonacci = program([int, int], [int, int], (s, [a, b]) =>
      a === undefined || b === undefined ? [] : [b, s.add(a, b)],
    );
    const kernel = {
      kind: 'scan',
      body: fibonacci,
      constants: 0,
      carry: 2,
      length: 10,
      reverse: false,
      xsAxes: [],
      ysAxes: [],
    } as const;
    expect(runKernel(kernel, [n(0), n(1)], [int, int]).map(values)).toEqual([[55], [89]]);
  });
});

describe('while', () => {
  const kernel = {
    kind: 'while',
    condition: program([int, int], [typeOf('bool', [])], (s, [limit, x]) =>
      less(s, x === undefined || limit === undefined ? [] : [x, limit]),
    ),
    body: program([int, int], [int], add),
    conditionConstants: 1,
    bodyConstants: 1,
  } as const;
  test('runs until the condition fails', () => {
    expect(run(kernel, [n(10), n(3), n(0)], 'int32', [])).toEqual([12]);
  });
  test('may run no step at all', () => {
    expect(run(kernel, [n(10), n(3), n(10)], 'int32', [])).toEqual([10]);
  });
});

describe('branch, call, program, barrier', () => {
  const plus = program([int, int], [int], add);
  const minus = program([int, int], [int], (s, [x, y]) => (x === undefined || y === undefined ? [] : [s.sub(x, y)]));
  test('the index is clamped, and one branch alone runs', () => {
    const ran: string[] = [];
    const x = freshVariable(int);
    const speaking = (name: string) => {
      const y = freshVariable(int);
      const callback = (inputs: readonly NDArray[]): readonly NDArray[] => {
        ran.push(name);
        return inputs;
      };
      return graph([x], [{ kernel: { kind: 'host', callback }, inputs: [x], outputs: [y] }], [y]);
    };
    const kernel = { kind: 'branch', branches: [speaking('a'), speaking('b')] } as const;
    for (const index of [0, 1, -9, 9]) expect(run(kernel, [n(index), n(5)], 'int32', [])).toEqual([5]);
    expect(ran).toEqual(['a', 'b', 'a', 'b']);
    expect(run({ kind: 'branch', branches: [plus, minus] }, [scalar('bool', 1), n(5), n(3)], 'int32', [])).toEqual([2]);
  });
  test('a call is its program', () => {
    expect(run({ kind: 'call', graph: plus }, [n(5), n(3)], 'int32', [])).toEqual([8]);
    expect(run({ kind: 'program', graph: minus }, [n(5), n(3)], 'int32', [])).toEqual([2]);
  });
  test('a barrier gives its operands', () => {
    const [x, y] = [f32(1, 2), n(3)];
    const given = runKernel({ kind: 'barrier' }, [x, y], [x.type, y.type]);
    expect([given.length, given[0] === x, given[1] === y]).toEqual([2, true, true]);
  });
  test('programs with literals and values used twice', () => {
    const [x, y, z] = [freshVariable(int), freshVariable(int), freshVariable(int)];
    const kernel = { kind: 'map', formula: add } as const;
    const twice = graph(
      [x],
      [
        { kernel, inputs: [x, x], outputs: [y] },
        { kernel, inputs: [x, y], outputs: [z] },
      ],
      [z, x],
    );
    expect(runGraph(twice, [n(7)]).map(values)).toEqual([[21], [7]]);
    expect(
      runGraph({ ...twice, equations: [], outputs: [{ kind: 'literal', value: splat(int, 4) }] }, [n(7)]).map(values),
    ).toEqual([[4]]);
  });
});

describe('host', () => {
  const pair = typeOf('float32', [2]);
  test('gets the operands, its results are taken', () => {
    const callback = (inputs: readonly NDArray[]): readonly NDArray[] => inputs.toReversed();
    expect(runKernel({ kind: 'host', callback }, [f32(1, 2), n(3)], [int, pair]).map(values)).toEqual([[3], [1, 2]]);
  });
  test('results of other types, or too few, are refused', () => {
    const wrong = 'callback: expected results of types (float32[2]), got';
    expect(() => runKernel({ kind: 'host', callback: () => [i32(1, 2)] }, [], [pair])).toThrow(`${wrong} (int32[2])`);
    expect(() => runKernel({ kind: 'host', callback: () => [] }, [], [pair])).toThrow(`${wrong} ()`);
  });
});

describe('the executor', () => {
  test('runs a primitive by its kernel', () => {
    const plus = { ...primitive({ kind: 'map', formula: add }), infer: () => [typeOf('float32', [2])] };
    const [sum] = reference.run(plus, null, [f32(1, 2), f32(3, 4)]);
    expect(sum === undefined ? [] : values(sum)).toEqual([4, 6]);
  });
  test('stands in while a body runs', () => {
    expect(withReference(() => executor())).toBe(reference);
    const lonely = { ...primitive({ kind: 'reshape' }), infer: () => [typeOf('bool', [])] };
    expect(() => withReference(() => reference.run(lonely, null, []))).toThrow('expected an item 0');
  });
  test('results that are not of the declared types are a fault', () => {
    expect(() => runKernel({ kind: 'barrier' }, [array('bool', [1])], [typeOf('uint8', [1])])).toThrow(
      'barrier: expected a result uint8[1]',
    );
  });
});
