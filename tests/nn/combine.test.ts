/** Layers in compositions of several inputs and outputs, their names, and looking inside. */
import { describe, expect, test } from 'vitest';
import { grad, nn, np, random, type NDArray } from 'fluxion';
import { branchLaws, captureLaws } from 'fluxion/laws';

const [a, b, c, d] = [3, 3, 2, 4].map((units) => nn.dense(units) as nn.Layer) as [
  nn.Layer,
  nn.Layer,
  nn.Layer,
  nn.Layer,
];
const block = nn.serial({ conv: nn.dense(3), act: nn.tanh });
const model = nn.serial({ first: block, second: nn.residual(block), head: nn.dense(2) });

describe('compositions', () => {
  const laws = [
    ...branchLaws(
      'dense',
      [
        [a, b],
        [c, d],
      ],
      [3],
    ),
    ...captureLaws('record', model as nn.Layer, [3]),
    ...captureLaws('list', nn.serial(nn.dense(3), nn.named('act', nn.lambda(nn.tanh))) as nn.Layer, [3]),
  ];
  for (const { name, check } of laws) test(name, () => check({ runs: 4 }));

  test('two inputs, branches joined, two outputs', () => {
    const net = nn.serial(
      nn.named('sides', nn.parallel({ story: nn.dense(4), question: nn.dense(3) })),
      nn.fanIn('concatenate'),
      nn.named('heads', nn.fanOut({ age: nn.dense(1), gender: nn.serial(nn.dense(2), nn.logSoftmax) })),
    );
    const { params, state, outputShape } = net.init(random.key(0), { story: [5], question: [2] });
    expect(outputShape).toEqual({ age: [1], gender: [2] });
    expect(params[2].age.kernel.shape).toEqual([7, 1]);
    const x = { story: np.ones([6, 5]), question: np.ones([6, 2]) };
    const [[{ age, gender }], seen] = nn.capture(net)(params, state, x);
    expect([age.shape, gender.shape]).toEqual([
      [6, 1],
      [6, 2],
    ]);
    expect(Object.keys(seen)).toEqual([
      '1', // JavaScript puts whole numbers first
      'sides.story',
      'sides.question',
      'sides',
      'heads.age',
      'heads.gender.0',
      'heads.gender.1',
      'heads.gender',
      'heads',
    ]);
  });

  test.each<[nn.Merge, readonly number[]]>([
    ['add', [6, 8]],
    ['subtract', [-2, -8]],
    ['multiply', [6, 0]],
    ['average', [2, 8 / 3]],
    ['maximum', [3, 8]],
    ['minimum', [1, 0]],
    ['concatenate', [2, 0, 1, 0, 3, 8]],
  ])('fanIn by %s', (merge, expected) => {
    const xs = { a: np.array([[2, 0]]), b: np.array([[1, 0]]), c: np.array([[3, 8]]) };
    const layer = nn.fanIn(merge);
    const { outputShape } = layer.init(random.key(0), { a: [2], b: [2], c: [2] });
    const [y] = layer.apply(null, null, xs, {});
    expect(outputShape).toEqual([expected.length]);
    y.dataSync().forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 6));
  });

  test('what does not fit is refused', () => {
    expect(() => nn.residual(nn.dense(4)).init(random.key(0), [3])).toThrow(
      'residual: expected the layer to give [3] as its shortcut, got [4]',
    );
    expect(() => nn.fanIn('add').apply(null, null, [], {})).toThrow('fanIn: expected at least one array, got none.');
    expect(() => nn.lambda((x) => x.sum()).init(random.key(0), [3])).toThrow(
      'lambda: expected a function that keeps the batch axis, got float32[] from a batch of one.',
    );
    const uncalled = nn.flatten as unknown as (x: NDArray) => NDArray; // sound: what JavaScript without types may pass
    expect(() => nn.serial(uncalled, nn.dense(4)).init(random.key(0), [3, 3, 1])).toThrow(
      'lambda: expected a function that gives arrays, got one that gives functions.',
    );
  });

  test('plain functions are traced for their shape', () => {
    const pairs = nn.serial(nn.dense(4), (x) => x.reshape(...x.shape.slice(0, -1), 2, 2));
    expect(pairs.init(random.key(0), [3]).outputShape).toEqual([2, 2]);
  });
});

describe('looking inside', () => {
  const { params, state } = model.init(random.key(1), [3]);
  const x = random.normal(random.key(2), [4, 3]);

  test('every part has a path, and its value is what the parts behind it use', () => {
    const [[y], seen] = nn.capture(model)(params, state, x);
    expect(Object.keys(seen)).toEqual([
      'first.conv',
      'first.act',
      'first',
      'second.main.conv',
      'second.main.act',
      'second.main',
      'second.shortcut',
      'second',
      'head',
    ]);
    const [again] = nn.dense(2).apply(params.head, null, seen['second'] as NDArray, {});
    expect(again.toNested()).toEqual(y.toNested());
  });

  test('the derivative in an intermediate value', () => {
    const score = (delta: NDArray): NDArray =>
      nn
        .intervene(model, (path, value) => (path === 'second' ? np.add(value as NDArray, delta) : value))
        .apply(params, state, x, {})[0]
        .sum();
    const expected = np.broadcastTo(params.head.kernel.sum(1), [4, 3]);
    np.subtract(grad(score)(np.zeros([4, 3])), expected)
      .dataSync()
      .forEach((difference) => expect(Math.abs(difference)).toBeLessThan(1e-6));
  });

  test('a layer used twice is seen twice', () => {
    const twice: nn.Layer<null, null> = {
      init: (_, inputShape) => ({ params: null, state: null, outputShape: inputShape }),
      apply: (_, state, at, context) => {
        const [inner] = nn.contexts(context, ['square']);
        const square = nn.lambda((v) => v.mul(v));
        const once = nn.applyPart(square, null, null, at, inner ?? context)[0];
        return [nn.applyPart(square, null, null, once, inner ?? context)[0] as NDArray, state];
      },
    };
    const [, seen] = nn.capture(twice)(null, null, np.array([2]));
    expect(Object.keys(seen)).toEqual(['square', 'square#2']);
  });
});
