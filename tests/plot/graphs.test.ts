import { describe, expect, test } from 'vitest';
import { cond, jit, makeGraph, np, scan, type NDArray } from 'fluxion';
import { computationalGraph, dotChart, graphToDot, hconcat, renderDot, renderSvg } from 'fluxion/plot';

const textsOf = (svg: string): readonly string[] =>
  Array.from(svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g), ([, text = '']) => text.replaceAll('&#160;', ' ').trim());
const count = (text: string, part: string): number => text.split(part).length - 1;

describe('the computational graph', () => {
  test('of z = (x + y)^2 at x = 3, y = 5: values forwards, local derivatives and gradients backwards', async () => {
    const dot = computationalGraph((x: NDArray, y: NDArray) => np.square(x.add(y)), [3, 5]);
    const texts = textsOf(await renderDot(dot));
    expect(texts).toEqual(expect.arrayContaining(['x', 'y', '+', '^2', 'result', '3', '5', '8', '64']));
    // dz/dz = 1, dz/d(x + y) = 2 * 8, which the sum hands on with local derivatives of 1.
    expect(texts.filter((text) => text === 'gradient 16')).toHaveLength(3);
    expect(texts.filter((text) => text === 'local 16')).toHaveLength(1);
    expect(texts.filter((text) => text === 'local 1')).toHaveLength(2);
    expect(texts).toContain('gradient 1');
  });
  test('parts of a gradient that come by different ways add up', () => {
    // z = x * x + x at 4: over the two edges of the product 4 each, over those of the sum 1, as on that of the result.
    const dot = computationalGraph((x: NDArray) => x.mul(x).add(x), [4]);
    expect(count(dot, 'gradient 4')).toBe(2);
    expect(count(dot, 'local 4')).toBe(2);
    expect(count(dot, 'gradient 1')).toBe(3);
  });
  test('gradients may be left out, arguments named; what is closed over is a constant', () => {
    const weight = np.linspace(0, 1, 1000);
    const dot = computationalGraph((x: NDArray) => x.mul(weight).sum(), [np.ones([1000])], {
      gradients: false,
      names: ['apples'],
    });
    expect(dot).toContain('label="apples"');
    expect(dot).toContain('label="constant"');
    expect(dot).not.toContain('gradient');
    expect(dot).toContain('float32[1000]');
  });
  test('integers carry no gradient', () => {
    const dot = computationalGraph(
      (n: NDArray, x: NDArray) => x.mul(n.add(1).astype('float32')),
      [np.array(2, 'int32'), 3],
    );
    // On the edges of the product and of the result, not on those of the integers.
    expect(count(dot, 'gradient')).toBe(3);
  });
  test('more than one number is refused', () => {
    expect(() => computationalGraph((x: NDArray) => x, [np.ones([2])])).toThrow('expected one scalar result');
  });
});

describe('programs as graphs', () => {
  test('equations are nodes, types stand on edges', async () => {
    const graph = makeGraph((x: NDArray, w: NDArray) => x.matmul(w).exp().sum())(np.ones([2, 3]), np.ones([3, 4]));
    const texts = textsOf(await renderDot(graphToDot(graph, { title: 'A layer', inputs: ['x', 'w'] })));
    expect(texts).toEqual(
      expect.arrayContaining([
        'A layer',
        'x',
        'w',
        'contract',
        'exp',
        'reduceSum',
        'output',
        'float32[2,3]',
        'float32[2,4]',
      ]),
    );
  });
  test('calls, loops and choices are clusters, whose programs are drawn', async () => {
    const f = (x: NDArray): NDArray => {
      const once = jit(function inner(v: NDArray) {
        return v.sin().mul(0.6180339); // a program of its own: equal ones are one, under the first name
      })(x);
      const [total] = scan((c: NDArray, v: NDArray) => [c.add(v.mul(2)), null] as const, 0, once);
      return cond(
        total.greater(0),
        (v: NDArray) => v.exp(),
        (v: NDArray) => v.cos(),
        total,
      );
    };
    const dot = graphToDot(makeGraph(f)(np.ones([3])));
    expect(count(dot, 'subgraph')).toBe(4);
    const texts = textsOf(await renderDot(dot));
    expect(texts).toEqual(expect.arrayContaining(['jit of inner', 'sin', 'mul', 'exp', 'cos']));
  });
  test('every edge joins nodes that are declared', () => {
    const f = (x: NDArray): NDArray => scan((c: NDArray, v: NDArray) => [c.add(v), c] as const, 0, x.mul(2))[1];
    const dot = graphToDot(makeGraph(f)(np.ones([3])));
    const nodes = new Set(Array.from(dot.matchAll(/^"([^"]+)" \[/gm), ([, name]) => name));
    for (const [, from, to] of dot.matchAll(/^"([^"]+)" -> "([^"]+)"/gm)) {
      expect(nodes).toContain(from);
      expect(nodes).toContain(to);
    }
  });
  test('an output may be an argument or a constant', async () => {
    const dot = graphToDot(makeGraph((x: NDArray) => [x, np.zeros([2])] as const)(1));
    expect(textsOf(await renderDot(dot))).toEqual(expect.arrayContaining(['output 0', 'output 1']));
  });
});

describe('graphs', () => {
  test('stand beside charts', async () => {
    const svg = await renderSvg(hconcat([dotChart('digraph { a -> b }'), dotChart('digraph { c }')]));
    // Each is as wide and high in the whole as it is in itself, so that nothing is cut off.
    const drawings = [
      ...svg.matchAll(/<svg x=[^>]*\swidth="([^"]*)"\s+height="([^"]*)"\s+viewBox="0\S* 0\S* (\S+) (\S+)"/g),
    ];
    expect(drawings).toHaveLength(2);
    for (const [, width, height, wide, high] of drawings)
      expect([Number(width), Number(height)]).toEqual([Number(wide), Number(high)]);
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['a', 'b', 'c']));
  });
  test('that Graphviz cannot read are refused with its words', async () => {
    await expect(renderDot('digraph { a -> ')).rejects.toThrow(/syntax error/);
  });
});
