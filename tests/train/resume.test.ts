/** Training that is saved, loaded and gone on with is training that was never interrupted. */
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nn, np, optim, random, tree, type NDArray } from 'fluxion';
import { decodeTraining, encodeTraining, loadTraining, orThrow, save, saveTraining } from 'fluxion/io';
import { csvLog, earlyStopping, epochs, fit, modelCheckpoint, reduceLrOnPlateau, type FitResult } from 'fluxion/train';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fluxion-train-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Subtracts a running mean, as batch norm does. */
const centred: nn.Layer<null, { readonly mean: NDArray }> = {
  init: (_, inputShape) => ({ params: null, state: { mean: np.zeros(inputShape) }, outputShape: inputShape }),
  apply: (params, state, x, context) => {
    const mean = context.training === true ? np.mean(x, 0) : state.mean;
    const next = context.training === true ? { mean: state.mean.mul(0.9).add(mean.mul(0.1)) } : state;
    return [x.sub(mean), next];
  },
};
const model = nn.serial({ in: nn.dense(6), norm: centred, act: nn.relu, drop: nn.dropout(0.3), out: nn.dense(1) });
const x = random.normal(random.key(1), [30, 3]);
const y = np.sum(x, { axis: 1, keepdims: true });
const optimizer = optim.adam(0.05);
const options = {
  data: { x, y },
  loss: nn.squaredError,
  optimizer,
  validationSplit: 0.2,
  batchSize: 7,
  key: random.key(4),
  epochs: 5,
  policies: [
    earlyStopping({ monitor: 'validation.loss', patience: 4 }),
    reduceLrOnPlateau({ monitor: 'training.loss', patience: 1, minDelta: 0.5 }),
  ],
};
const fresh = model.init(random.key(9), [3]);
const template = { params: fresh.params, state: fresh.state, memory: optimizer.init(fresh.params) };
type Result = FitResult<typeof fresh.params, typeof fresh.state, typeof template.memory>;

/** All of a training but for how long it took, as text: every bit of every number. */
const bits = (training: Result): string =>
  JSON.stringify([
    tree
      .leaves([training.params, training.state, training.memory, training.last, training.key])
      .map((leaf) => [leaf.shape, ...leaf.dataSync()]),
    training.history.map(({ seconds: _, ...record }) => record),
    training.policies,
    [training.epoch, training.stopped],
  ]);

describe('a training resumed', () => {
  test('2 + 3 epochs with a file between are 5, bit for bit', async () => {
    const path = join(folder, 'two.safetensors');
    const whole = await fit(model, options);
    const two = await fit(model, { ...options, epochs: 2 });
    expect(two.epoch).toBe(2);
    expect(E.isRight(await saveTraining(path, two)())).toBe(true);
    const loaded = await orThrow(loadTraining(path, template));
    expect(bits(loaded)).toBe(bits(two));
    const resumed = await fit(model, { ...options, key: random.key(77), from: loaded });
    expect(bits(resumed)).toBe(bits(whole));
    // What was resumed from is not harmed.
    expect(bits(loaded)).toBe(bits(two));
    // The rate was lowered on the way, so that this was tried too.
    expect(whole.history.map((r) => r.learningRate)).not.toEqual(Array(5).fill(0.05));
  });
  test('a best state that is not the last is kept apart', async () => {
    const policies = [earlyStopping({ monitor: 'training.loss', patience: 9, mode: 'max' })];
    const whole = await fit(model, { ...options, policies });
    const two = await fit(model, { ...options, policies, epochs: 2 });
    expect(String(two.params.in.kernel)).not.toBe(String(two.last.params.in.kernel));
    const decoded = decodeTraining(encodeTraining(two), template);
    if (E.isLeft(decoded)) throw new Error(decoded.left);
    expect(bits(await fit(model, { ...options, policies, from: decoded.right }))).toBe(bits(whole));
  });
  test('epochs gives what fit gives after each, and stays', async () => {
    const seen: Result[] = [];
    for await (const now of epochs(model, options)) seen.push(now);
    expect(seen.map((s) => s.epoch)).toEqual([1, 2, 3, 4, 5]);
    const [two, five] = [await fit(model, { ...options, epochs: 2 }), await fit(model, options)];
    expect(seen[1] === undefined ? '' : bits(seen[1])).toBe(bits(two));
    expect(seen[4] === undefined ? '' : bits(seen[4])).toBe(bits(five));
    for await (const now of epochs(model, options)) if (now.epoch === 1) break;
  });
  test('one that was stopped stays stopped', async () => {
    const policies = [earlyStopping({ monitor: 'training.loss', mode: 'max', patience: 1 })];
    const stopped = await fit(model, { ...options, policies, epochs: 50 });
    expect(stopped.stopped).toBe(true);
    expect(bits(await fit(model, { ...options, policies, epochs: 50, from: stopped }))).toBe(bits(stopped));
    await expect(fit(model, { ...options, policies: [], from: stopped })).rejects.toThrow(
      'fit: from: expected a training with 0 policies, got one with 1. Resume with the policies that it had.',
    );
  });
  test('of another model, shape or optimizer it is a sentence with the path', async () => {
    const path = join(folder, 'other.safetensors');
    await orThrow(saveTraining(path, await fit(model, { ...options, epochs: 1 })));
    const left = async (
      other: typeof model,
      rule: { init(p: typeof fresh.params): unknown },
      shape = [3],
    ): Promise<string> => {
      const { params, state } = other.init(random.key(0), shape);
      const result = await loadTraining(path, { params, state, memory: rule.init(params) })();
      return E.isLeft(result) ? result.left : 'a training';
    };
    expect(await left(model, optimizer, [4])).toBe(
      `${path}: params.in.kernel: expected float32[4,6], got float32[3,6]. The checkpoint is of another model.`,
    );
    expect(await left(model, optim.sgd(0.1))).toMatch(
      /memory\[0\]\.learningRate: expected float64\[\], got no such tensor\./,
    );
    const deeper = nn.serial({ more: nn.dense(3), in: nn.dense(6), out: nn.dense(1) }) as unknown as typeof model;
    expect(await left(deeper, optimizer)).toContain('params.more.bias: expected float32[3], got no such tensor.');
    await orThrow(save(path, template.params));
    expect(await left(model, optimizer)).toContain('expected a training, got a file without fluxion.training.');
  });
  test('figures that JSON does not know come back', () => {
    const one = { params: np.ones([1]), state: null, memory: null };
    const training = { loss: Infinity, a: NaN, b: -0 };
    const record = { epoch: 1, training, validation: null, learningRate: null, seconds: 0.1 };
    const saved = {
      ...one,
      last: one,
      key: random.key(0),
      epoch: 1,
      history: [record],
      policies: [[-Infinity, { best: 2 }]],
      stopped: true,
    };
    const back = decodeTraining(encodeTraining(saved), one);
    expect(back).toMatchObject(E.right({ history: [record], policies: saved.policies, stopped: true }));
  });
});

test('killed while it saves, a training is whole: the new one or the one before', async () => {
  const one = { params: { w: np.zeros([100_000]) }, state: null, memory: null };
  const script = join(import.meta.dirname, 'saving.ts');
  // Children at once, each killed at another moment.
  const killed = [3, 14, 37].map(async (delay) => {
    const path = join(folder, `killed-${delay}.safetensors`);
    const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=@fluxion/source', script, path]);
    const ended = new Promise((resolve) => child.on('exit', (_, signal) => resolve(signal)));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await new Promise((resolve) => setTimeout(resolve, delay));
    child.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');
    const { params, epoch } = await orThrow(loadTraining(path, one));
    expect(epoch).toBeGreaterThan(0);
    expect(np.all(params.w.equal(epoch)).item()).toBe(true);
  });
  await Promise.all(killed);
});

describe('observers that write', () => {
  const plain = { ...options, policies: [], epochs: 3 };
  test('checkpoints by epoch and figure, and the best only', async () => {
    const at = join(folder, 'by-epoch');
    await fit(model, {
      ...plain,
      observers: [modelCheckpoint(join(at, '{epoch}-{training.loss}.safetensors'), { every: 2 })],
    });
    expect(await readdir(at)).toEqual([expect.stringMatching(/^002-\d+\.\d{4}\.safetensors$/)]);
    const path = join(folder, 'best.safetensors');
    const best = modelCheckpoint(path, { monitor: 'training.loss', mode: 'max', saveBestOnly: true });
    const run = await fit(model, { ...plain, observers: [best] });
    const loaded = await orThrow(loadTraining(path, template));
    const losses = run.history.map((r) => r.training.loss);
    expect(loaded.epoch).toBe(1 + losses.indexOf(Math.max(...losses)));
    expect(bits(loaded)).toBe(bits(await fit(model, { ...plain, epochs: loaded.epoch })));
    expect(bits(await fit(model, { ...plain, from: loaded }))).toBe(bits(run));
    await expect(fit(model, { ...plain, observers: [modelCheckpoint('{epochs}')] })).rejects.toThrow(
      'monitor: expected one of training.loss or the same of validation, got epochs.',
    );
    await expect(fit(model, { ...plain, observers: [modelCheckpoint(join(path, 'x'))] })).rejects.toThrow(
      `modelCheckpoint: ${join(path, 'x')}: expected a file that can be written`,
    );
    expect(() => modelCheckpoint(path, { every: 0 })).toThrow('every: expected a whole number of epochs');
  });
  test('a table of figures goes on where it ended', async () => {
    const path = join(folder, 'logs', 'run.csv');
    const first = await fit(model, { ...plain, epochs: 2, observers: [csvLog(path)] });
    const all = await fit(model, { ...plain, from: first, observers: [csvLog(path)] });
    const rows = (await readFile(path, 'utf8')).trimEnd().split('\n');
    expect(rows[0]).toBe('epoch,training.loss,validation.loss,learningRate,seconds');
    expect(rows.slice(1).map((row) => row.split(',').slice(0, 4).map(Number))).toEqual(
      all.history.map((r) => [r.epoch, r.training.loss, r.validation?.loss, r.learningRate]),
    );
    await fit(model, { ...plain, epochs: 1, observers: [csvLog(path)] });
    expect((await readFile(path, 'utf8')).trimEnd().split('\n').length).toBe(2);
  });
  test('all end, whoever throws', async () => {
    const ended: string[] = [];
    const fault = (): never => {
      throw new Error('disk full');
    };
    const observers = [
      { onEnd: fault },
      { onEpoch: fault, onEnd: () => void ended.push('b') },
      { onEnd: () => void ended.push('c') },
    ];
    await expect(fit(model, { ...plain, observers })).rejects.toThrow('disk full');
    expect(ended).toEqual(['b', 'c']);
    await expect(fit(model, { ...plain, observers: [{ onEnd: fault }] })).rejects.toThrow('disk full');
    await expect(
      fit(model, { ...plain, observers: [{ onBegin: fault, onEnd: () => void ended.push('d') }] }),
    ).rejects.toThrow('disk full');
    expect(ended).toEqual(['b', 'c', 'd']);
  });
});
