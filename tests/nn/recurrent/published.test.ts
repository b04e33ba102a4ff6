/**
 * Recurrent layers against the published equations on numbers and nested lists: forward, and gradients by hand-written backpropagation
 * through time for the simple cell and by differences of the plain functions for all.
 */
import { describe, expect, test } from 'vitest';
import { nn, np, random, tree, valueAndGrad, type NDArray } from 'fluxion';
import { assertAllClose, differenced } from 'fluxion/laws';

type Row = readonly number[];
type Matrix = readonly Row[];

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
/** `x W`, plus rows. */
const affine = (x: Row, w: Matrix, ...rest: readonly Row[]): number[] =>
  (w[0] ?? []).map((_, j) =>
    x.reduce(
      (sum, v, i) => sum + v * at(w[i], j),
      rest.reduce((sum, row) => sum + at(row, j), 0),
    ),
  );
const at = (row: Row | undefined, j: number): number => row?.[j] ?? NaN;
const gate = (row: Row, k: number, units: number): Row => row.slice(k * units, (k + 1) * units);
const columns = (w: Matrix, from: number, to: number): Matrix => w.map((row) => row.slice(from, to));

interface Plain {
  readonly kernel: Matrix;
  readonly recurrentKernel: Matrix;
  readonly bias: Row;
  readonly recurrentBias?: Row;
}
type Step = (params: Plain, state: readonly Row[], x: Row) => readonly Row[];

/** h' = tanh(x W + h U + b) (Elman 1990). */
const simpleStep: Step = ({ kernel, recurrentKernel, bias }, [h = []], x) => {
  const sums = affine(h, recurrentKernel, affine(x, kernel), bias);
  return [sums.map(Math.tanh)];
};

/** Gers et al. 2000, without peepholes; gates in the order i, f, g, o. The state is [h, c]. */
const lstmStep: Step = ({ kernel, recurrentKernel, bias }, [h = [], c = []], x) => {
  const sums = affine(h, recurrentKernel, affine(x, kernel), bias);
  const [i, f, g, o] = [0, 1, 2, 3].map((k) => gate(sums, k, h.length));
  const cell = c.map((v, j) => sigmoid(at(f, j)) * v + sigmoid(at(i, j)) * Math.tanh(at(g, j)));
  return [cell.map((v, j) => sigmoid(at(o, j)) * Math.tanh(v)), cell];
};

/** Cho et al. 2014, equations 5 to 8, with their z; the reset gate stands before the product. */
const gruBefore: Step = ({ kernel, recurrentKernel, bias }, [h = []], x) => {
  const n = h.length;
  const own = affine(x, kernel, bias);
  const z = affine(h, columns(recurrentKernel, 0, n), gate(own, 0, n)).map(sigmoid);
  const r = affine(h, columns(recurrentKernel, n, 2 * n), gate(own, 1, n)).map(sigmoid);
  const reset = h.map((v, j) => v * at(r, j));
  const candidate = affine(reset, columns(recurrentKernel, 2 * n, 3 * n), gate(own, 2, n)).map(Math.tanh);
  return [h.map((v, j) => at(z, j) * v + (1 - at(z, j)) * at(candidate, j))];
};

/** The form of cuDNN: r = s(W_r x + R_r h + b_r + b_Rr), candidate tanh(W_h x + r (R_h h + b_Rh) + b_h). */
const gruAfter: Step = ({ kernel, recurrentKernel, bias, recurrentBias = [] }, [h = []], x) => {
  const n = h.length;
  const own = affine(x, kernel, bias);
  const inner = affine(h, recurrentKernel, recurrentBias);
  return [
    h.map((v, j) => {
      const z = sigmoid(at(own, j) + at(inner, j));
      const r = sigmoid(at(own, n + j) + at(inner, n + j));
      const candidate = Math.tanh(at(own, 2 * n + j) + r * at(inner, 2 * n + j));
      return z * v + (1 - z) * candidate;
    }),
  ];
};

/** h of every step; a masked step leaves the state as it is. */
const unrolled = (step: Step, params: Plain, start: readonly Row[], xs: Matrix, mask: readonly boolean[]): Matrix => {
  let state = start;
  return xs.map((x, t) => {
    if (mask[t] === true) state = step(params, state, x);
    return state[0] ?? [];
  });
};

const [time, features, units] = [4, 2, 3];
const masks: readonly (readonly boolean[])[] = [
  [true, true, true, true],
  [true, true, false, false],
  [false, true, false, true],
];
/** Every output has a weight of its own in the loss. */
const weights: Matrix = Array.from({ length: time }, (_, t) =>
  Array.from({ length: units }, (_v, j) => Math.cos(1 + t * units + j)),
);
const scored = (ys: Matrix): number =>
  ys.reduce((sum, y, t) => sum + y.reduce((s, v, j) => s + v * at(weights[t], j), 0), 0);

interface Case {
  readonly name: string;
  readonly cell: nn.Cell;
  readonly step: Step;
  /** From rows of the state to a carry. */
  readonly carry: (rows: readonly NDArray[]) => unknown;
  readonly states: number;
}
const cases: readonly Case[] = [
  { name: 'simple', cell: nn.simpleRnnCell(units) as nn.Cell, step: simpleStep, carry: ([h]) => h, states: 1 },
  { name: 'lstm', cell: nn.lstmCell(units) as nn.Cell, step: lstmStep, carry: ([h, c]) => ({ h, c }), states: 2 },
  { name: 'gru, reset after', cell: nn.gruCell(units) as nn.Cell, step: gruAfter, carry: ([h]) => h, states: 1 },
  {
    name: 'gru, reset before',
    cell: nn.gruCell(units, { resetAfter: false }) as nn.Cell,
    step: gruBefore,
    carry: ([h]) => h,
    states: 1,
  },
];

interface Everything {
  readonly params: { readonly [name: string]: NDArray };
  readonly start: readonly NDArray[];
  readonly x: NDArray;
}

/** Random parameters, none of them zero. */
const everything = ({ cell, states }: Case): Everything => {
  const drawn = (seed: number, shape: readonly number[]): NDArray => random.normal(random.key(seed), shape, 'float64');
  const params = cell.init(random.key(0), [features]) as { readonly [name: string]: NDArray | null }; // sound: what these cells give
  const filled = Object.entries(params).flatMap(([name, p], i) =>
    p === null ? [] : [[name, drawn(i, p.shape)] as const],
  );
  return {
    params: Object.fromEntries(filled),
    start: Array.from({ length: states }, (_, i) => drawn(10 + i, [units])),
    x: drawn(20, [time, features]),
  };
};

const asPlain = ({ params, start, x }: Everything): { params: Plain; start: readonly Row[]; x: Matrix } => ({
  params: Object.fromEntries(Object.entries(params).map(([name, p]) => [name, p.toNested()])) as unknown as Plain, // sound: the same names
  start: start.map((row) => row.toNested() as Row),
  x: x.toNested() as Matrix,
});

const plainLoss = ({ step }: Case, all: Everything, mask: readonly boolean[]): number => {
  const { params, start, x } = asPlain(all);
  return scored(unrolled(step, params, start, x, mask));
};

/** The derivative of the plain loss in each element, by central differences with one extrapolation. */
const differences = (given: Case, all: Everything, mask: readonly boolean[]): Everything => {
  const { leaves, structure } = tree.flatten(all);
  const arrays = leaves as readonly NDArray[]; // sound: all leaves are arrays
  const moved = (i: number, j: number, by: number): number => {
    const data = [...(arrays[i] ?? np.zeros([])).dataSync()];
    data[j] = (data[j] ?? 0) + by;
    const changed = arrays.map((leaf, k) => (k === i ? np.array(data, 'float64').reshape(leaf.shape) : leaf));
    return plainLoss(given, tree.unflatten(structure, changed) as Everything, mask);
  };
  const slope = (i: number, j: number, h: number): number => (moved(i, j, h) - moved(i, j, -h)) / (2 * h);
  const grads = arrays.map((leaf, i) =>
    np
      .array(
        Array.from({ length: leaf.size }, (_, j) => (4 * slope(i, j, 5e-4) - slope(i, j, 1e-3)) / 3),
        'float64',
      )
      .reshape(leaf.shape),
  );
  return tree.unflatten(structure, grads) as Everything; // sound: as it was taken apart
};

describe.each(cases)('$name', (given) => {
  const { cell, step, carry } = given;
  const all = everything(given);
  test.each(masks.map((mask) => ({ mask })))('outputs and every gradient with mask $mask', ({ mask }) => {
    const layer = nn.rnn(cell, { returnSequences: true });
    const outputs = ({ params, start, x }: Everything): NDArray => {
      const sequence = { x, mask: np.array(mask), carry: carry(start) };
      return layer.apply({ recurrentBias: null, ...params }, null, sequence, {})[0];
    };
    const { params, start, x } = asPlain(all);
    const expected = np.array(unrolled(step, params, start, x, mask) as number[][], 'float64');
    assertAllClose(outputs(all), expected, 'outputs');
    const [loss, slopes] = valueAndGrad((at: Everything) =>
      outputs(at)
        .mul(np.array(weights as number[][], 'float64'))
        .sum(),
    )(all);
    expect(loss.item()).toBeCloseTo(plainLoss(given, all, mask), 12);
    const limits = tree.leaves(differences(given, all, mask)) as readonly NDArray[]; // sound: arrays all
    (tree.leaves(slopes) as readonly NDArray[]).forEach((slope, i) =>
      assertAllClose(slope, limits[i] ?? slope, `gradient ${i}`, differenced),
    );
  });
});

test('the simple cell against backpropagation through time written by hand (Werbos 1990)', () => {
  const given = cases[0];
  if (given === undefined) throw new Error('no case');
  const all = everything(given);
  const { params, start, x } = asPlain(all);
  const hs = unrolled(simpleStep, params, start, x, masks[0] ?? []);
  const dW = x[0]?.map(() => new Array<number>(units).fill(0)) ?? [];
  const dU = Array.from({ length: units }, () => new Array<number>(units).fill(0));
  let back: Row = new Array<number>(units).fill(0);
  for (let t = time - 1; t >= 0; t--) {
    const before = hs[t - 1] ?? start[0] ?? [];
    const dh = (hs[t] ?? []).map((h, j) => (at(weights[t], j) + at(back, j)) * (1 - h * h));
    dh.forEach((d, j) => {
      x[t]?.forEach((v, i) => ((dW[i] ?? [])[j] = at(dW[i], j) + v * d));
      before.forEach((v, i) => ((dU[i] ?? [])[j] = at(dU[i], j) + v * d));
    });
    back = params.recurrentKernel.map((row) => row.reduce((sum, u, j) => sum + u * at(dh, j), 0));
  }
  const layer = nn.rnn(given.cell, { returnSequences: true });
  const [, slopes] = valueAndGrad((at: Everything) => {
    const [ys] = layer.apply(at.params, null, { x: at.x, carry: at.start[0] }, {});
    return ys.mul(np.array(weights as number[][], 'float64')).sum();
  })(all);
  assertAllClose(np.array(slopes.params['kernel'] ?? 0), np.array(dW, 'float64'), 'kernel');
  assertAllClose(np.array(slopes.params['recurrentKernel'] ?? 0), np.array(dU, 'float64'), 'recurrent kernel');
  assertAllClose(np.array(slopes.start[0] ?? 0), np.array(back as number[], 'float64'), 'carry');
});
