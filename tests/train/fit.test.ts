import { describe, expect, test, vi } from 'vitest';
import { nn, np, optim, random, tree, type NDArray } from 'fluxion';
import { batches, earlyStopping, evaluate, fit, progressBar, type Policy } from 'fluxion/train';

const count = 50;
const x = random.normal(random.key(1), [count, 3]);
const y = np.matmul(x, np.array([[1], [-2], [0.5]])).add(0.3);
const data = { x, y };
const model = nn.dense(1);
const common = { data, loss: nn.squaredError, optimizer: optim.adam(0.05), key: random.key(0) };
const numbers = (t: unknown): string => tree.leaves(t).map(String).join();

describe('batches', () => {
  test('each example once, the last batch padded and masked', () => {
    const ids = { x: np.arange(10), y: np.arange(10) };
    for (const key of [undefined, random.key(3)]) {
      const all = [...batches(ids, 4, key)];
      expect(all.map((b) => b.x.shape)).toEqual([[4], [4], [4]]);
      const seen = all.flatMap((b) => {
        const weights = b.weight.dataSync();
        return [...b.x.dataSync()].filter((_, i) => weights[i] === 1);
      });
      expect(seen.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
  });
  test('a batch size beyond the data is the data', () => {
    expect([...batches(data, 1000)].map((b) => [b.x.shape, b.weight.sum().item()])).toEqual([[[50, 3], 50]]);
  });
  test('what is no data is refused', () => {
    const all = (d: typeof data, size: number): unknown => [...batches(d, size)];
    expect(() => all({ x, y: np.zeros([4]) }, 2)).toThrow(
      'fit: data.y: expected 50 examples as in data.x, got float32[4].',
    );
    expect(() => all({ x: np.zeros([0, 3]), y: np.zeros([0]) }, 2)).toThrow('expected at least one example');
    expect(() => all(data, 0)).toThrow('expected a batch size of at least 1, got 0.');
  });
});

describe('fit', () => {
  test('learns, and records each epoch', async () => {
    const result = await fit(model, { ...common, epochs: 60, batchSize: 16, validation: data });
    expect(result.history.map((r) => r.epoch)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    expect(result.epoch).toBe(60);
    expect(result.history.at(-1)?.validation?.loss).toBeLessThan(1e-2);
    expect(Number(result.params.bias.item())).toBeCloseTo(0.3, 1);
  });
  test('the mean over padded batches is the mean over all', async () => {
    const { params, state } = model.init(random.key(5), [3]);
    const [predictions] = model.apply(params, state, x, {});
    const exact = Number(nn.squaredError(predictions, y).mean().item());
    for (const batchSize of [7, 16, 50, 99]) {
      const figures = await evaluate(model, { params, state }, { data, loss: nn.squaredError, batchSize });
      expect(figures.loss / exact).toBeCloseTo(1, 5);
    }
    // With a rate of 0 the figures of training are those of the same parameters.
    const still = await fit(model, {
      ...common,
      optimizer: optim.sgd(0),
      from: { params, state },
      epochs: 1,
      batchSize: 16,
    });
    expect((still.history[0]?.training.loss ?? 0) / exact).toBeCloseTo(1, 5);
  });
  test('the rate that is recorded is that of the optimizer, whatever parameters are called', async () => {
    const inner = model.init(random.key(5), [3]);
    const odd: nn.Layer<{ readonly learningRate: NDArray; readonly rest: typeof inner.params }, typeof inner.state> = {
      init: (key, shape) => {
        const { params, ...others } = model.init(key, shape);
        return { ...others, params: { learningRate: np.ones([]), rest: params } };
      },
      apply: ({ learningRate, rest }, state, at, context) => {
        const [out, next] = model.apply(rest, state, at, context);
        return [out.mul(learningRate), next];
      },
    };
    const plain = optim.adam(0.25);
    const injected = optim.injectHyperparams(({ learningRate }) => optim.adam(learningRate), { learningRate: 0.25 });
    for (const optimizer of [plain, injected, optim.multiSteps(injected, 2)]) {
      const { history } = await fit<unknown, unknown, optim.MemoryKind, NDArray, NDArray, NDArray>(odd, {
        ...common,
        optimizer,
        epochs: 1,
      });
      expect(history[0]?.learningRate).toBe(0.25);
    }
  });
  test('the same key gives the same result, another key another', async () => {
    const run = async (seed: number): Promise<string> =>
      numbers((await fit(model, { ...common, key: random.key(seed), epochs: 3, batchSize: 16 })).params);
    const [a, b, c] = [await run(4), await run(4), await run(5)];
    expect(a).toBe(b);
    expect(a).not.toBe(c);
  });
  test('neither start nor data are changed', async () => {
    const from = model.init(random.key(5), [3]);
    const before = numbers([from.params, data]);
    await fit(model, { ...common, from, epochs: 2 });
    expect(numbers([from.params, data])).toBe(before);
  });
  test('a signal stops it with its reason, and observers end', async () => {
    const abort = new AbortController();
    const onEnd = vi.fn();
    const onStep = ({ step }: { readonly step: number }): void => {
      if (step === 3) abort.abort(new Error('enough'));
    };
    await expect(
      fit(model, { ...common, epochs: 100, batchSize: 4, signal: abort.signal, observers: [{ onEnd, onStep }] }),
    ).rejects.toThrow('enough');
    expect(onEnd).toHaveBeenCalledTimes(1);
  });
  test('the event loop goes on meanwhile', async () => {
    // A clock that says that each reading came 30 ms after the one before: a turn is due at every second step.
    let time = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (time += 30));
    let turns = 0;
    const turn = (): void => {
      turns++;
      next = setImmediate(turn);
    };
    let next = setImmediate(turn);
    await fit(model, { ...common, epochs: 10, batchSize: 4 });
    clearImmediate(next);
    clock.mockRestore();
    const steps = 10 * Math.ceil(count / 4);
    expect(turns).toBeGreaterThanOrEqual(steps / 2 - 1);
  });
  test('what goes wrong is a sentence', async () => {
    await expect(fit(model, { ...common, optimizer: optim.sgd(1e30), epochs: 5 })).rejects.toThrow(
      /^fit: expected a finite loss, got (NaN|Infinity) in epoch \d, step \d\. Lower the learning rate/,
    );
    await expect(fit(model, { ...common, epochs: 1.5 })).rejects.toThrow(
      'fit: expected a whole number of epochs, got 1.5.',
    );
    const mean = (p: NDArray, t: NDArray): NDArray => nn.squaredError(p, t).mean();
    await expect(fit(model, { ...common, loss: mean, epochs: 1 })).rejects.toThrow(
      'loss: expected one value for each of 32 examples, got float32[]. Leave the mean over examples to fit.',
    );
    await expect(
      fit(model, { ...common, epochs: 1, policies: [earlyStopping({ monitor: 'validation.loss' })] }),
    ).rejects.toThrow(
      'monitor: expected one of training.loss, got validation.loss. Validation figures need validation data.',
    );
  });
});

describe('policies', () => {
  test('the best kept state is what fit returns', async () => {
    const keepFirst: Policy<number> = { start: 0, next: (n) => [n + 1, { keep: n === 0, stop: n === 2 }] };
    const [one, three] = [
      await fit(model, { ...common, epochs: 1 }),
      await fit(model, { ...common, epochs: 9, policies: [keepFirst as Policy] }),
    ];
    expect(three.epoch).toBe(3);
    expect(numbers(three.params)).toBe(numbers(one.params));
  });
  test('a rate of zero stands still', async () => {
    const freeze: Policy<null> = { start: null, next: () => [null, { rate: 0 }] };
    const losses = (
      await fit(model, { ...common, epochs: 4, batchSize: 50, policies: [freeze as Policy] })
    ).history.map((r) => r.training.loss);
    expect(losses[2]).toBeCloseTo(losses[1] ?? 0, 6);
    expect(losses[0]).not.toBeCloseTo(losses[1] ?? 0, 3);
  });
});

test('the progress bar writes one line an epoch, and nothing else into a pipe', async () => {
  const lines: string[] = [];
  const stderr = vi.spyOn(process.stderr, 'write');
  await fit(model, {
    ...common,
    epochs: 2,
    validation: data,
    observers: [await progressBar((line) => lines.push(line))],
  });
  expect(stderr).not.toHaveBeenCalled();
  stderr.mockRestore();
  expect(lines).toEqual([
    expect.stringMatching(/^epoch 1\/2 {2}loss \d+\.\d{4} {2}\| {2}validation loss \d+\.\d{4} {2}\(\d+\.\d s\)$/),
    expect.stringMatching(/^epoch 2\/2 /),
  ]);
});
