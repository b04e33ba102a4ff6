/** Transformer blocks, the decoder-only model with and without its cache, and sampling. */
import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { jit, nn, np, random, tree, type NDArray, type Shape } from 'fluxion';
import { assertAllClose, checkGrads, exact, keys, law, layerLaws, type LayerCase } from 'fluxion/laws';

const key = random.key(0);
const settings = { vocabulary: 7, width: 4, heads: 2, blocks: 2, length: 6 } as const;
const models = {
  'trained positions': nn.decoderOnly(settings),
  'rotated positions': nn.decoderOnly({ ...settings, positions: 'rope', blocks: 1 }),
};
/** Floats as tokens. */
const tokens = (x: NDArray): NDArray => np.mod(np.floor(x.mul(100)), 7).astype('int32');

const cases: readonly LayerCase[] = [
  {
    name: 'transformerBlock',
    layer: nn.transformerBlock(2, { inner: 3, dropout: 0.2 }) as nn.Layer,
    inputShape: [3, 4],
  },
  {
    name: 'masked causal block',
    layer: nn.serial(
      nn.lambda(
        (x: NDArray): nn.Masked => ({ x, mask: np.broadcastTo(np.array([true, true, false]), x.shape.slice(0, -1)) }),
        (shape: Shape) => ({ x: shape, mask: shape.slice(0, -1) }),
      ),
      nn.transformerBlock(1, { causal: true, rope: true }),
    ) as nn.Layer,
    inputShape: [3, 2],
  },
  {
    name: 'decoderOnly',
    layer: nn.serial(nn.lambda(tokens), nn.decoderOnly({ ...settings, dropout: 0.1 }) as nn.Layer) as nn.Layer,
    inputShape: [3],
    smooth: false,
  },
];

/** Larger parameters than at the start, so that what is compared depends on all of them. */
const lively = (model: nn.DecoderOnly, from: random.Key): nn.DecoderParams =>
  tree.map(
    (p: NDArray) => p.add(random.normal(random.foldIn(from, p.size), p.shape).mul(0.3)),
    model.init(from, [settings.length]).params as unknown as NDArray, // sound: a tree of arrays
  ) as unknown as nn.DecoderParams;

const cacheLaw = (name: string, model: nn.DecoderOnly) =>
  law(
    `${name}: logits with the cache are those without, however the tokens are cut`,
    fc.property(keys(), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), (from, a, b) => {
      const [first, second] = [Math.min(a, b), Math.max(a, b)];
      const params = lively(model, from);
      const all = random.randint(from, [2, 6], 0, 7);
      const [whole] = model.apply(params, null, all, {});
      const cuts = [0, first, second, 6].filter((n, i, list) => i === 0 || n !== list[i - 1]);
      let cache = model.start([2]);
      const parts = cuts.slice(1).map((to, i) => {
        const [next, logits] = model.extend(params, cache, all.get(':', `${cuts[i] ?? 0}:${to}`));
        [cache] = [next];
        return logits;
      });
      assertAllClose(np.concatenate(parts, 1), whole, 'logits');
      expect(cache.position.item()).toBe(6);
      const changed = all.at(':', 4).set(np.mod(all.get(':', 4).add(1), 7));
      const before = model.apply(params, null, changed, {})[0];
      assertAllClose(before.get(':', ':4'), whole.get(':', ':4'), 'no look ahead', exact);
    }),
  );

const generateLaw = (name: string, model: nn.DecoderOnly) =>
  law(
    `${name}: generating is asking the whole model again and again, under jit too`,
    fc.property(keys(), fc.integer({ min: 1, max: 3 }), fc.boolean(), (from, time, isDrawn) => {
      const params = lively(model, from);
      const prompt = random.randint(from, [2, time], 0, 7);
      const options = { steps: 3, ...(isDrawn ? { key: from, temperature: 0.7, topK: 3 } : {}) };
      const { tokens: got, logits } = nn.generate(model, params, prompt, options);
      let all = prompt;
      for (let n = 0; n < 3; n++) {
        const last = model.apply(params, null, all, {})[0].get(':', -1);
        assertAllClose(logits.get(':', n), last, `logits ${n}`);
        const chance = isDrawn ? { key: random.foldIn(from, n), temperature: 0.7, topK: 3 } : {};
        all = np.concatenate([all, nn.sampleToken(last, chance).reshape(2, 1)], 1);
      }
      assertAllClose(got, all.get(':', `${time}:`), 'tokens', exact);
      const compiled = jit((p: nn.DecoderParams, at: NDArray) => nn.generate(model, p, at, options).tokens);
      assertAllClose(compiled(params, prompt), got, 'jit', exact);
    }),
  );

describe('transformers', () => {
  for (const { name, check } of cases.flatMap(layerLaws))
    test(name, () => check({ runs: name.includes('gradient') ? 1 : 2 }));
  for (const [name, model] of Object.entries(models))
    for (const { name: title, check } of [cacheLaw(name, model), generateLaw(name, model)])
      test(title, () => check({ runs: 3 }));

  test('the gradient in every parameter of the model', () => {
    const model = models['trained positions'];
    const at = np.array([[1, 2, 6]], 'int32');
    checkGrads((p: nn.DecoderParams) => model.apply(p, null, at, {})[0], [lively(model, key)], { order: 1 });
  });
  test('a block is what its parts give (Xiong et al. 2020)', () => {
    const layer = nn.transformerBlock(2, { inner: 3 });
    const { params } = layer.init(key, [3, 4]);
    const x = random.normal(key, [2, 3, 4]);
    const norm = (p: { readonly scale: NDArray | null; readonly bias: NDArray | null }, at: NDArray): NDArray => {
      const centred = at.sub(at.mean({ axis: -1, keepdims: true }));
      const scaled = centred.div(np.sqrt(np.square(centred).mean({ axis: -1, keepdims: true }).add(1e-5)));
      return scaled.mul(p.scale ?? 1).add(p.bias ?? 0);
    };
    const y = x.add(nn.multiHeadAttention(2).apply(params.attention, null, norm(params.norm1, x), {})[0]);
    const inner = nn.gelu(np.matmul(norm(params.norm2, y), params.hidden.kernel).add(params.hidden.bias));
    const z = y.add(np.matmul(inner, params.output.kernel).add(params.output.bias));
    assertAllClose(layer.apply(params, null, x, {})[0], z);
    expect(Object.keys(params)).toEqual(['norm1', 'attention', 'norm2', 'hidden', 'output']);
  });
  test('its attention can be looked at', () => {
    const model = models['trained positions'];
    const { params } = model.init(key, [3]);
    const [, seen] = nn.capture(model)(params, null, np.array([1, 2, 3], 'int32'));
    expect(Object.keys(seen)).toEqual(['blocks.0.attention', 'blocks.0', 'blocks.1.attention', 'blocks.1']);
  });
  test('what does not fit is refused', () => {
    const model = models['trained positions'];
    expect(() => model.init(key, [7])).toThrow('decoderOnly: expected examples of [time] with time up to 6, got [7].');
    const { params } = model.init(key, [6]);
    expect(() => nn.generate(model, params, np.zeros([2], 'int32'), { steps: 6 })).toThrow(
      'generate: expected a prompt of at least one token that with 6 steps fits into 6, got int32[2].',
    );
    expect(() => model.apply(params, null, np.zeros([7], 'int32'), {})).toThrow('expected at most 6 steps, got 7.');
    expect(() => nn.sampleToken(np.zeros([2]), { key, temperature: -1 })).toThrow(
      'expected a temperature from 0, got -1.',
    );
  });
});

describe('sampling', () => {
  const logits = np.log(np.array([0.1, 0.2, 0.7]));
  const drawn = (options: nn.SamplingOptions): number[] => {
    const many = np.broadcastTo(logits, [4000, 3]);
    const counts = np.bincount(nn.sampleToken(many, options), { length: 3 });
    return [...counts.dataSync()].map((n) => n / 4000);
  };
  const near = (got: readonly number[], expected: readonly number[]): void =>
    // Four standard deviations of a share of 4000.
    expected.forEach((p, i) =>
      expect(Math.abs((got[i] ?? NaN) - p)).toBeLessThanOrEqual(4 * Math.sqrt((p * (1 - p)) / 4000)),
    );
  test('without a key, or at temperature 0, the likeliest', () => {
    expect(nn.sampleToken(logits).item()).toBe(2);
    expect(nn.sampleToken(logits, { key, temperature: 0 }).item()).toBe(2);
  });
  test('with the probabilities that temperature makes', () => {
    near(drawn({ key }), [0.1, 0.2, 0.7]);
    near(drawn({ key, temperature: np.array(0.5) }), [0.01 / 0.54, 0.04 / 0.54, 0.49 / 0.54]);
  });
  test('among the likeliest', () => near(drawn({ key, topK: 2 }), [0, 2 / 9, 7 / 9]));
  test('among the fewest that add up to a share', () => {
    near(drawn({ key, topP: 0.8 }), [0, 2 / 9, 7 / 9]);
    near(drawn({ key, topP: 0.91 }), [0.1, 0.2, 0.7]);
    near(drawn({ key, topP: 1 }), [0.1, 0.2, 0.7]);
    expect(drawn({ key, topP: 1e-9 })).toEqual([0, 0, 1]);
    // Of the two that topK leaves the first has 7/9.
    expect(drawn({ key, topK: 2, topP: 0.75 })).toEqual([0, 0, 1]);
    const equal = np.zeros([2000, 4]);
    expect(np.unique(nn.sampleToken(equal, { key, topP: 0.3 })).size).toBe(4);
    const compiled = jit((k: random.Key, x: NDArray) =>
      nn.sampleToken(x, { key: k, temperature: 0.7, topK: 2, topP: 0.9 }),
    );
    const rows = np.broadcastTo(logits, [20, 3]);
    expect(compiled(key, rows).toNested()).toEqual(
      nn.sampleToken(rows, { key, temperature: 0.7, topK: 2, topP: 0.9 }).toNested(),
    );
    expect(() => nn.sampleToken(logits, { key, topP: 0 })).toThrow('expected topP above 0 and at most 1, got 0.');
  });
  test('a token can end a sequence', () => {
    // Each token is followed by the one after it.
    const next = (carry: NDArray, token: NDArray): readonly [NDArray, NDArray] => [
      carry,
      np.square(np.arange(5).sub(token.add(1)).astype('float32')).neg(),
    ];
    const run = (endToken?: number): unknown =>
      nn
        .decode(next, np.zeros([]), np.array(0, 'int32'), { steps: 4, ...(endToken === undefined ? {} : { endToken }) })
        .tokens.toNested();
    expect(run()).toEqual([1, 2, 3, 4]);
    expect(run(2)).toEqual([1, 2, 2, 2]);
  });
  test('teacher forcing shifts to the right', () => {
    expect(nn.shiftRight(np.array([[3, 4, 5]], 'int32'), 1).toNested()).toEqual([[1, 3, 4]]);
    expect(nn.shiftRight(np.array([[3]], 'int32')).toNested()).toEqual([[0]]);
    expect(nn.shiftRight(np.zeros([2, 0], 'int32')).shape).toEqual([2, 0]);
  });
});
