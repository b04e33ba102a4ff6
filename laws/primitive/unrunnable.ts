/** The laws of primitives that cannot run by themselves: collectives, which speak of a batch, and rules of one's own for the reverse. */
import * as fc from 'fast-check';
import {
  axisIndex,
  checkpoint,
  cond,
  customVjp,
  grad,
  jit,
  scan,
  jvp,
  lax,
  np,
  psum,
  UnsupportedError,
  vjp,
  vmap,
  type NDArray,
} from 'fluxion';
import {
  bind,
  build,
  controlPrimitives,
  primitives,
  replay,
  transpose,
  type AxisName,
  type Primitive,
} from 'fluxion/extend';
import { arrays, shapes } from '../arbitrary.ts';
import { assertAllClose, reordered } from '../close.ts';
import { derivativeLaws } from '../derivative.ts';
import { law, type Law } from '../law.ts';
import { inner } from '../numeric.ts';
import { disagreement } from './agreement.ts';
import { noise } from './probe.ts';

interface Owned {
  readonly name: string;
  readonly law: Law;
}

const primitiveOf = (name: string): Primitive => {
  const found = [...primitives, ...controlPrimitives].find((p) => p.name === name);
  if (found === undefined) throw new Error(`expected a primitive ${name}`);
  return found;
};
const own = (name: string, laws: readonly Law[]): readonly Owned[] => laws.map((l) => ({ name, law: l }));
const drawn = arrays({ dtype: 'float64', shape: shapes({ minRank: 1, minExtent: 1 }) });
const same = (what: string, got: readonly NDArray[], wanted: readonly NDArray[]): void => {
  const fault = disagreement('numbers', got, wanted);
  if (fault !== null) throw new Error(`${what}: ${fault}`);
};

const summed = (x: NDArray): NDArray => vmap((row: NDArray) => psum(row, 'i'), { axisName: 'i' })(x);
const other: AxisName = { name: 'other' };

const batchOf = (primitive: Primitive, x: NDArray, isMapped: boolean, axisName: AxisName, axis: AxisName) =>
  primitive.batch({ inputs: [x], mapped: [isMapped], size: 3, axis, params: { axisName } });

const checkUnbound = (name: string, inputs: readonly NDArray[]): void => {
  try {
    bind(primitiveOf(name), { axisName: other }, inputs);
  } catch (error) {
    if (error instanceof Error && error.message.includes("vmap with axisName 'other'")) return;
    throw error;
  }
  throw new Error(`${name}: expected an error without a vmap around it`);
};

type Rowwise = (row: NDArray) => NDArray;
const squares: Rowwise = (row) => psum(row.mul(row), 'i');
/** The same sum of squares, said within programs of every kind. */
const within: { readonly [kind: string]: Rowwise } = {
  jit: (row) => jit(squares)(row),
  checkpoint: (row) => checkpoint(squares)(row),
  'cond of one choice': (row) => cond(np.array(true), squares, (y: NDArray) => y, row),
  'cond of a choice for each example': (row) => cond(row.sum().less(Infinity), squares, (y: NDArray) => y, row),
  scan: (row) => scan((_: NDArray, y: NDArray) => [squares(y), null], row, row.reshape([1, ...row.shape]))[0],
};

const checkWithin = (x: NDArray): void => {
  const of = (f: Rowwise): Rowwise => vmap(f, { axisName: 'i' });
  for (const [kind, f] of Object.entries(within)) {
    assertAllClose(of(f)(x), of(squares)(x), `psum within ${kind}`, reordered.float64);
    const slope = (g: Rowwise): NDArray => grad((y: NDArray) => np.sin(of(g)(y)).sum())(x);
    assertAllClose(slope(f), slope(squares), `the gradient of psum within ${kind}`, reordered.float64);
  }
};

const ofSums: readonly Owned[] = own('psum', [
  law(
    'psum: every example gets the sum over the batch',
    fc.property(drawn, (x) => {
      const sum = x.sum({ axis: 0, keepdims: true });
      same('psum', [summed(x)], [np.broadcastTo(sum, x.shape)]);
    }),
  ),
  law(
    'psum: what all examples share counts once for each',
    fc.property(drawn, (x) => {
      const axis: AxisName = { name: 'i' };
      const { outputs, mapped } = batchOf(primitiveOf('psum'), x, false, axis, axis);
      if (mapped[0] !== false) throw new Error('psum: expected a sum that all examples share');
      same('psum', outputs, [x.mul(3)]);
    }),
  ),
  law(
    'psum: within two batches each axis is summed by its name alone',
    fc.property(arrays({ dtype: 'float64', shape: shapes({ minRank: 2, minExtent: 1 }) }), (x) => {
      const inside = (row: NDArray): NDArray => vmap((y: NDArray) => psum(y, 'outer'), { axisName: 'inner' })(row);
      const sum = x.sum({ axis: 0, keepdims: true });
      same('psum', [vmap(inside, { axisName: 'outer' })(x)], [np.broadcastTo(sum, x.shape)]);
    }),
  ),
  law('psum: within programs it speaks of the batch around them', fc.property(drawn, checkWithin)),
  law(
    'psum: the transpose is the adjoint',
    fc.property(drawn, fc.nat(1000), (x, seed) => {
      const y = noise(seed, x);
      const [sent] = vjp(summed, x)[1](y);
      assertAllClose(np.array(inner([summed(x)], [y])), np.array(inner([x], [sent])), 'psum', reordered.float64);
    }),
  ),
  ...derivativeLaws({
    name: 'psum',
    function: (xs) => xs.map((x) => summed(x.mul(x))),
    points: drawn.map((x) => [x]),
  }),
  law(
    'psum: without its batch it is an error',
    fc.property(drawn, (x) => checkUnbound('psum', [x])),
  ),
]);

const ofPositions: readonly Owned[] = own('axisIndex', [
  law(
    'axisIndex: it counts the examples',
    fc.property(drawn, (x) =>
      same(
        'axisIndex',
        [vmap((row: NDArray) => row.sum().mul(0).add(axisIndex('i')), { axisName: 'i' })(x)],
        [np.arange(x.shape[0] ?? 0).astype('float64')],
      ),
    ),
  ),
  law(
    'axisIndex: it does not move',
    fc.property(drawn, (x) => {
      const scaled = (y: NDArray): NDArray =>
        vmap((row: NDArray) => row.mul(axisIndex('i').astype('float64')), { axisName: 'i' })(y);
      same('axisIndex', [jvp(scaled, [x], [x])[1]], [scaled(x)]);
    }),
  ),
  law(
    'axisIndex: without its batch it is an error',
    fc.property(fc.constant(null), () => checkUnbound('axisIndex', [])),
  ),
]);

/** `3 sin x` whose reverse derivative is said to be twice the true one: what comes back shows that the rule was used. */
const ruled = customVjp((x: NDArray) => np.sin(x).mul(3), {
  fwd: (x: NDArray) => [np.sin(x).mul(3), x] as const,
  bwd: (x: NDArray, ct: NDArray) => [np.cos(x).mul(6).mul(ct)] as const,
});

const refused = (what: string, make: () => unknown): void => {
  try {
    make();
  } catch (error) {
    if (error instanceof UnsupportedError) return;
    throw error;
  }
  throw new Error(`${what}: expected forward mode to be refused`);
};

const ofRules: readonly Owned[] = own('customVjp', [
  law(
    'customVjp: the reverse derivative is what the rule says',
    fc.property(drawn, fc.nat(1000), (x, seed) => {
      const ct = noise(seed, x);
      const [sent] = vjp((y: NDArray) => ruled(y), x)[1](ct);
      assertAllClose(sent, np.cos(x).mul(6).mul(ct), 'customVjp', reordered.float64);
    }),
  ),
  law(
    'customVjp: a batch of reverse derivatives is a loop over them',
    fc.property(drawn, (x) =>
      assertAllClose(
        vmap(grad((row: NDArray) => ruled(row).sum()))(x),
        np.cos(x).mul(6),
        'customVjp',
        reordered.float64,
      ),
    ),
  ),
  law(
    'customVjp: forward mode is refused',
    fc.property(drawn, (x) => refused('customVjp', () => jvp(ruled, [x], [x]))),
  ),
]);

const customLinear = primitiveOf('customLinear');
/** `k x + y` by its transpose alone: known `k`, tangents `x` and `y`. */
const linearParams = (x: NDArray) => ({
  bwd: build('bwd', [x.type, x.type], ([k, ct]) => (k === undefined || ct === undefined ? [] : [lax.mul(k, ct), ct])),
  known: 1,
  outputs: [x.type],
});

const ofLinear: readonly Owned[] = own('customLinear', [
  law(
    'customLinear: the transpose is what the rule says',
    fc.property(drawn, fc.nat(1000), (x, seed) => {
      const ct = noise(seed, x);
      const sent = customLinear.transpose({
        cotangents: [ct],
        known: [x, null, null],
        inputs: [x.type, x.type, x.type],
        params: linearParams(x),
      });
      if (sent[0] !== null) throw new Error('customLinear: expected no cotangent of a known input');
      same('customLinear', present(sent), [x.mul(ct), ct]);
    }),
  ),
  law(
    'customLinear: a batch transposed is a loop over transposes',
    fc.property(drawn, fc.nat(1000), fc.boolean(), (x, seed, isMapped) => {
      const k = isMapped ? x : noise(seed, { dtype: 'float64', shape: x.shape.slice(1) });
      const row = noise(0, { dtype: 'float64', shape: x.shape.slice(1) });
      const size = x.shape[0] ?? 0;
      const graph = build('batch', [k.type, x.type, x.type], (inputs) => {
        const mapped = [isMapped, true, true];
        return customLinear.batch({ inputs, mapped, size, axis: null, params: linearParams(row) }).outputs;
      });
      const ct = noise(seed + 1, x);
      const { graph: back } = transpose(graph, [false, true, true], [true]);
      same('customLinear', replay(back, [k, ct]), [np.multiply(k, ct), ct]);
    }),
  ),
  law(
    'customLinear: forward mode is refused',
    fc.property(drawn, (x) => refused('customLinear', () => bind(customLinear, linearParams(x), [x, x, x]))),
  ),
]);
const present = (xs: readonly (NDArray | null)[]): readonly NDArray[] => xs.flatMap((x) => x ?? []);

/** Their laws, by primitive. */
export const unrunnable: readonly Owned[] = [...ofSums, ...ofPositions, ...ofRules, ...ofLinear];
