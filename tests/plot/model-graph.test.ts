/** Models as graphs: what flows where. */
import { describe, expect, test } from 'vitest';
import { nn, shapeDtype, type NDArray } from 'fluxion';
import { plotModel, renderDot } from 'fluxion/plot';

/** The edges of a graph, without their attributes. */
const edges = (dot: string): readonly string[] =>
  [...dot.matchAll(/"([^"]*)" -> "([^"]*)"/g)].map(([, from = '', to = '']) => `${from} > ${to}`).sort();

describe('plotModel', () => {
  test('one after another', () => {
    const dot = plotModel(nn.serial({ hidden: nn.dense(8), act: nn.relu }), [3], { title: 'small' });
    expect(edges(dot)).toEqual(['input  > part hidden', 'part act > output ', 'part hidden > part act']);
    expect(dot).toContain('hidden: dense\\nunits 8\\n[8]\\n32 parameters');
    expect(dot).toContain('small');
  });
  test('two inputs, and three heads', () => {
    const two = nn.serial(nn.parallel({ a: nn.dense(4), b: nn.dense(4) }), nn.fanIn('concatenate'), nn.dense(2));
    expect(edges(plotModel(two, { a: [3], b: [5] }))).toEqual([
      'input a > part 0.a',
      'input b > part 0.b',
      'part 0.a > part 1',
      'part 0.b > part 1',
      'part 1 > part 2',
      'part 2 > output ',
    ]);
    const heads = nn.fanOut({ age: nn.dense(1), income: nn.serial(nn.dense(3), nn.relu), gender: nn.dense(2) });
    const dot = plotModel(nn.serial(nn.dense(4), heads), [3]);
    expect(edges(dot)).toEqual([
      'input  > part 0',
      'part 0 > part 1.age',
      'part 0 > part 1.gender',
      'part 0 > part 1.income.0',
      'part 1.age > output age',
      'part 1.gender > output gender',
      'part 1.income.0 > part 1.income.1',
      'part 1.income.1 > output income',
    ]);
    expect(dot).toContain('subgraph "cluster 1.income"');
  });
  test('a residual block has an edge past it, or a shortcut', () => {
    const skip = plotModel(nn.serial(nn.dense(4), nn.residual(nn.dense(4))), [4]);
    expect(edges(skip)).toEqual([
      'input  > part 0',
      'part 0 > part 1 sum',
      'part 0 > part 1.main',
      'part 1 sum > output ',
      'part 1.main > part 1 sum',
    ]);
    expect(skip).toContain('label="skip", style="dashed"');
    const other = plotModel(nn.residual(nn.dense(5), nn.dense(5)), [4]);
    expect(edges(other)).toContain('part shortcut > part  sum');
  });
  test('an encoder feeds a decoder, also within a model; a mask goes to both', () => {
    const model = nn.seq2seq({
      source: 7,
      target: 9,
      width: 4,
      cell: nn.gruCell(3),
      attention: nn.multiplicativeAttention(),
    });
    const [source, target] = [shapeDtype([6], 'int32'), shapeDtype([5], 'int32')];
    const between = ['input target > part decoder', 'part decoder > output ', 'part encoder > part decoder'];
    expect(edges(plotModel(model, { source, target }))).toEqual(['input source > part encoder', ...between]);
    const masked = { source, target, mask: shapeDtype([6], 'bool') };
    expect(edges(plotModel(model, masked))).toEqual([
      'input mask > part decoder',
      'input mask > part encoder',
      'input source > part encoder',
      ...between,
    ]);
    expect(edges(plotModel(nn.serial(model, nn.relu), { source, target }))).toEqual([
      'input source > part 0.encoder',
      'input target > part 0.decoder',
      'part 0.decoder > part 1',
      'part 0.encoder > part 0.decoder',
      'part 1 > output ',
    ]);
    const same = nn.lambda(({ source: from, target: to }: { source: NDArray; target: NDArray }) => ({
      source: from,
      target: to,
    }));
    expect(edges(plotModel(nn.serial(same, model), { source, target }))).toEqual([
      'input source > part 0',
      'input target > part 0',
      'part 0 > part 1.decoder',
      'part 0 > part 1.encoder',
      'part 1.decoder > output ',
      'part 1.encoder > part 1.decoder',
    ]);
  });
  test('a list of inputs, a single layer, an identity; names that need quotes', () => {
    expect(edges(plotModel(nn.parallel(nn.dense(1), nn.dense(2)), [[3], [4]]))).toEqual([
      'input 0 > part 0',
      'input 1 > part 1',
      'part 0 > output 0',
      'part 1 > output 1',
    ]);
    expect(edges(plotModel(nn.dense(1), [3]))).toEqual(['input  > part ', 'part  > output ']);
    expect(edges(plotModel(nn.serial(), [3]))).toEqual(['input  > output ']);
    expect(plotModel(nn.serial({ 'a "b"': nn.dense(1) }), [3])).toContain('a \\"b\\": dense');
  });
  test('Graphviz draws them', async () => {
    const block = nn.residual(nn.serial(nn.conv2d(4, 3, { padding: 'same' }), nn.relu));
    const svg = await renderDot(
      plotModel(nn.serial({ block, pool: nn.globalAvgPool2d(), head: nn.dense(2) }), [8, 8, 4]),
    );
    expect(svg).toMatch(
      /^<svg[\s\S]*block: residual[\s\S]*features 4, kernelSize 3[\s\S]*148 parameters[\s\S]*<\/svg>/,
    );
  });
});
