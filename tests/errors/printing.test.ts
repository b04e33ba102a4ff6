/** Values print wherever they are: their elements where they can be had, else what they stand for. */
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { grad, jit, np, scan, vmap, type NDArray } from 'fluxion';

/** What a function sees of its argument when it prints it in four ways. */
const seen = (run: (look: (x: NDArray) => NDArray) => unknown): readonly string[] => {
  const texts: string[] = [];
  const look = (x: NDArray): NDArray => {
    // oxlint-disable-next-line typescript/restrict-template-expressions -- what a user may write
    texts.push(String(x), `${x}`, inspect(x), inspect({ x }));
    return x.mul(1).sum();
  };
  run(look);
  return texts;
};

describe('a value prints', () => {
  test('at once', () => {
    expect(seen((look) => look(np.array([1, 2])))).toEqual([
      '[1. 2.]',
      '[1. 2.]',
      'NDArray float32[2] [1. 2.]',
      '{ x: NDArray float32[2] [1. 2.] }',
    ]);
  });

  test('with its elements under grad', () => {
    expect(seen((look) => grad(look)(np.array([1, 2])))).toEqual([
      '[1. 2.]',
      '[1. 2.]',
      'NDArray float32[2] [1. 2.]',
      '{ x: NDArray float32[2] [1. 2.] }',
    ]);
  });

  test.for([
    ['jit of look', (look: (x: NDArray) => NDArray) => jit(look)(np.array([1, 2]))],
    ['vmap of look', (look: (x: NDArray) => NDArray) => vmap(look)(np.array([[1, 2]]))],
    ['jit of look', (look: (x: NDArray) => NDArray) => grad(jit(look))(np.array([1, 2]))],
  ] as const)('as what it is in %s', ([title, run]) => {
    const text = `traced float32[2] in ${title}`;
    expect(seen(run)).toEqual([text, text, text, `{ x: ${text} }`]);
  });

  test('as what it is in scan', () => {
    const texts: string[] = [];
    const step = (total: NDArray, x: NDArray): readonly [NDArray, NDArray] => {
      texts.push(String(total), String(x));
      return [total.add(x), x];
    };
    scan(step, 0, np.ones([3]));
    expect(texts.at(-1)).toBe('traced float32[] in scan of step');
  });

  test('in console.log and JSON', () => {
    expect(inspect([np.array(1.5), np.array([2])])).toBe('[ NDArray float32[] 1.5, NDArray float32[1] [2.] ]');
    expect(JSON.stringify({ x: np.array([[1, 2]]) })).toBe('{"x":[[1,2]]}');
  });
});
