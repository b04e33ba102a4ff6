/** What is told of models without running them. */
import { describe, expect, test } from 'vitest';
import { nn, np, random, tree } from 'fluxion';

const { summary } = nn;
const mlp = nn.serial({ flat: nn.flatten(2), hidden: nn.dense(8), act: nn.relu, head: nn.dense(3) });
const pair = nn.serial(
  nn.parallel({ a: nn.dense(4), b: nn.serial(nn.dense(2), nn.dense(4)) }),
  nn.fanIn('add'),
  nn.named('heads', nn.fanOut({ age: nn.dense(1), gender: nn.dense(2) })),
);

describe('summary', () => {
  test('a table of parts, shapes and numbers', () => {
    // 12 * 8 + 8 = 104 and 8 * 3 + 3 = 27 parameters.
    expect(String(summary(mlp, [3, 4]))).toBe(
      [
        'serial of [3, 4]',
        'part    kind     output  parameters',
        '-----------------------------------',
        'flat    flatten  [12]             0',
        'hidden  dense    [8]            104',
        'act     relu     [8]              0',
        'head    dense    [3]             27',
        '-----------------------------------',
        'trainable: 131  state: 0',
      ].join('\n'),
    );
  });
  test('several inputs and outputs, nested', () => {
    const { rows, model } = summary(pair, { a: [3], b: [5] });
    expect(rows.map(({ path, kind, outputShape, parameters }) => [path, kind, outputShape, parameters])).toEqual([
      ['', 'serial', { age: [1], gender: [2] }, 16 + 24 + 15],
      ['0', 'parallel', { a: [4], b: [4] }, 16 + 24],
      ['0.a', 'dense', [4], 16],
      ['0.b', 'serial', [4], 24],
      ['0.b.0', 'dense', [2], 12],
      ['0.b.1', 'dense', [4], 12],
      ['1', 'add', [4], 0],
      ['heads', 'fanOut', { age: [1], gender: [2] }, 15],
      ['heads.age', 'dense', [1], 5],
      ['heads.gender', 'dense', [2], 10],
    ]);
    expect(model.settings).toEqual({});
    expect(rows.at(-1)?.settings).toEqual({ units: 2 });
  });
  test('the totals are those of init, the shapes those of apply', () => {
    const { params } = pair.init(random.key(0), { a: [3], b: [5] });
    const { model } = summary(pair, { a: [3], b: [5] });
    expect(model.parameters).toBe(tree.leaves(params).reduce((n, p) => n + p.size, 0));
    const counted = nn.serial({ norm: nn.batchNorm(), head: nn.dense(2) });
    const { model: whole } = summary(counted, [6]);
    const made = counted.init(random.key(0), [6]);
    expect(whole.state).toBe(tree.leaves(made.state).reduce((n, s) => n + s.size, 0));
    expect(whole.state).toBeGreaterThan(0);
  });
  test('nothing is allocated, whatever the size', () => {
    const huge = nn.serial(nn.dense(60_000), nn.dense(60_000));
    expect(summary(huge, [60_000]).model.parameters).toBe(2 * (60_000 ** 2 + 60_000));
  });
  test('integers where the model wants them, or where they are told', () => {
    const look = nn.lambda((x) => np.take(np.zeros([9, 4]), x, 0));
    expect(summary(look, [5]).model.outputShape).toEqual([5, 4]);
    const both = nn.parallel({ words: look, more: nn.dense(2) });
    const { model } = summary(both, { words: np.zeros([5], 'int32'), more: [3] });
    expect(model.outputShape).toEqual({ words: [5, 4], more: [2] });
    expect(() => summary(nn.dense(2), [])).toThrow('dense: expected examples of at least one axis');
  });
  test('a single layer is its own row; an identity has none', () => {
    expect(String(summary(nn.dense(2), [3]))).toContain('dense  [2]');
    expect(summary(nn.serial(), [3]).model).toMatchObject({ outputShape: [3], parameters: 0 });
  });
});
