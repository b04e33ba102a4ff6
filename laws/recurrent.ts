/** What must hold of a recurrent cell as a layer: masks, directions, carries from call to call, windows. */
import * as fc from 'fast-check';
import { grad, jit, lax, nn, np, random, tree, type NDArray, type Shape } from 'fluxion';
import { keys } from './arbitrary.ts';
import { assertAllClose, exact } from './close.ts';
import { law, type Law } from './law.ts';

/** A cell whatever its parameters and carry. */
export interface RecurrentCase {
  readonly name: string;
  readonly cell: nn.Cell;
  /** The shape of the input of one step. */
  readonly inputShape: Shape;
}

/** Parameters in float64. */
const widened = (params: unknown): unknown => tree.map((p: NDArray) => p.astype('float64'), params as NDArray); // sound: a tree of arrays

interface Drawn {
  readonly params: unknown;
  /** `[2, time, ...]` */
  readonly x: NDArray;
  readonly time: number;
  /** How many steps are taken before some event. */
  readonly cut: number;
  readonly key: random.Key;
}

const drawn = ({ cell, inputShape }: RecurrentCase): fc.Arbitrary<Drawn> =>
  fc.tuple(keys(), fc.integer({ min: 1, max: 5 }), fc.nat(), fc.integer({ min: 1, max: 5 })).map(([key, time, n]) => ({
    key,
    time,
    cut: n % (time + 1),
    params: widened(cell.init(key, inputShape)),
    x: random.normal(random.foldIn(key, 1), [2, time, ...inputShape], 'float64'),
  }));

const whole = { returnSequences: true, returnState: true } as const;
const reversed = (x: NDArray): NDArray => np.flip(x, 1);
const steps = (x: NDArray, from: number, to: number): NDArray => lax.sliceInDim(x, from, to, { axis: 1 });

/** What a layer gives with its carry. */
interface Seen {
  readonly y: NDArray;
  readonly carry: unknown;
}
const use = (cell: nn.Cell, params: unknown, sequence: nn.Sequence, options: nn.RnnOptions = {}): Seen =>
  nn.rnn(cell, { ...options, ...whole }).apply(params, null, sequence, {})[0];
const sameTree = (a: unknown, b: unknown, what: string): void => {
  const others = tree.leaves(b);
  tree.leaves(a).forEach((leaf, i) => assertAllClose(np.array(leaf as NDArray), np.array(others[i] as NDArray), what)); // sound: trees of arrays
};
const sameSeen = (a: Seen, b: Seen, what: string): void => {
  assertAllClose(a.y, b.y, `${what}: outputs`);
  sameTree(a.carry, b.carry, `${what}: carry`);
};

const loopLaw = (given: RecurrentCase): Law =>
  law(
    `${given.name}: the layer is its cell step by step, the last step alone, written out or under jit`,
    fc.property(drawn(given), ({ params, x, time }) => {
      const { cell } = given;
      const ys: NDArray[] = [];
      let carry = cell.zero([2, ...given.inputShape], 'float64');
      for (let t = 0; t < time; t++) {
        const [next, y] = cell.apply(params, carry, x.get(':', t));
        [carry] = [next];
        ys.push(y);
      }
      const all = use(cell, params, x);
      sameSeen(all, { y: np.stack(ys, 1), carry }, 'steps');
      assertAllClose(nn.rnn(cell).apply(params, null, x, {})[0], ys.at(-1) ?? x, 'last');
      sameSeen(use(cell, params, x, { unroll: 2 }), all, 'unrolled');
      sameSeen(jit((p: unknown, at: NDArray) => use(cell, p, at))(params, x), all, 'jit');
    }),
  );

const maskLaw = (given: RecurrentCase): Law =>
  law(
    `${given.name}: masked is truncated, whatever stands in the masked steps`,
    fc.property(drawn(given), ({ params, x, time, cut }) => {
      const { cell } = given;
      const mask = np.broadcastTo(nn.lengthsToMask(cut, time), [2, time]);
      const shape = [1, time, ...given.inputShape.map(() => 1)];
      const spoilt = np.where(nn.lengthsToMask(cut, time).reshape(shape), x, NaN);
      const masked = use(cell, params, { x: spoilt, mask });
      const short = use(cell, params, steps(x, 0, cut));
      assertAllClose(steps(masked.y, 0, cut), short.y, 'outputs');
      sameTree(masked.carry, short.carry, 'carry');
      const last = (p: unknown, sequence: nn.Sequence): NDArray =>
        np.sin(nn.rnn(cell).apply(p, null, sequence, {})[0]).sum();
      const slope = (sequence: nn.Sequence): unknown => grad((p: unknown) => last(p, sequence))(params);
      sameTree(slope({ x: spoilt, mask }), slope(steps(x, 0, cut)), 'gradient');
      // Padding in front is skipped too.
      const late = use(cell, params, { x: reversed(spoilt), mask: np.flip(mask, 1) });
      sameTree(late.carry, use(cell, params, reversed(steps(x, 0, cut))).carry, 'padded in front');
    }),
  );

const carryLaw = (given: RecurrentCase): Law =>
  law(
    `${given.name}: two calls with the carry handed on are one long call`,
    fc.property(drawn(given), ({ params, x, time, cut }) => {
      const { cell } = given;
      const first = use(cell, params, steps(x, 0, cut));
      const second = use(cell, params, { x: steps(x, cut, time), carry: first.carry });
      const y = np.concatenate([first.y, second.y], 1);
      sameSeen({ y, carry: second.carry }, use(cell, params, x), 'together');
    }),
  );

const directionLaw = (given: RecurrentCase): Law =>
  law(
    `${given.name}: backwards is the reversed input, bidirectional is two passes`,
    fc.property(drawn(given), ({ params, x, key, time, cut }) => {
      const { cell, inputShape } = given;
      const mask = np.broadcastTo(nn.lengthsToMask(cut, time), [2, time]);
      const back = use(cell, params, { x, mask }, { goBackwards: true });
      sameSeen(back, use(cell, params, { x: reversed(x), mask: np.flip(mask, 1) }), 'backwards');
      const both = nn.bidirectional(nn.rnn(cell, whole));
      const own = both.init(key, [time, ...inputShape]).params;
      const [forward, backward] = [widened(own.forward), widened(own.backward)];
      const [got] = both.apply({ forward, backward }, null, { x, mask }, {});
      const there = use(cell, forward, { x, mask });
      const from = use(cell, backward, { x: reversed(x), mask: np.flip(mask, 1) });
      assertAllClose(got.y, np.concatenate([there.y, reversed(from.y)], -1), 'outputs');
      sameTree(got.carry, { forward: there.carry, backward: from.carry }, 'carries');
      for (const [merge, f] of merges) {
        const [y] = nn.bidirectional(nn.rnn(cell), { merge }).apply({ forward, backward }, null, { x, mask }, {});
        const last = (p: unknown, options: nn.RnnOptions = {}): NDArray =>
          nn.rnn(cell, options).apply(p, null, { x, mask }, {})[0];
        assertAllClose(y, f(last(forward), last(backward, { goBackwards: true })), merge);
      }
    }),
  );
const merges = [
  ['sum', (a: NDArray, b: NDArray) => a.add(b)],
  ['multiply', (a: NDArray, b: NDArray) => a.mul(b)],
  ['average', (a: NDArray, b: NDArray) => a.add(b).mul(0.5)],
] as const;

const truncatedLaw = (given: RecurrentCase): Law =>
  law(
    `${given.name}: truncated backpropagation is the gradient of windows whose carries are constants`,
    fc.property(drawn(given), fc.integer({ min: 1, max: 3 }), ({ params, x, time }, size) => {
      const { cell } = given;
      const score = (p: unknown, at: NDArray): NDArray => np.sin(use(cell, p, at, { truncate: size }).y).sum();
      const windowed = (p: unknown, at: NDArray): NDArray => {
        let carry = cell.zero([2, ...given.inputShape], 'float64');
        let total = np.zeros([], 'float64');
        for (let from = 0; from < time; from += size) {
          const seen = use(cell, p, { x: steps(at, from, Math.min(time, from + size)), carry });
          total = total.add(np.sin(seen.y).sum());
          carry = tree.map((leaf: NDArray) => lax.stopGradient(leaf), seen.carry as NDArray); // sound: a tree of arrays
        }
        return total;
      };
      assertAllClose(score(params, x), windowed(params, x), 'value');
      sameTree(grad(score, { argnums: [0, 1] })(params, x), grad(windowed, { argnums: [0, 1] })(params, x), 'gradient');
    }),
  );

const noiseLaw = (given: RecurrentCase): Law =>
  law(
    `${given.name}: the noise of training is one for all steps`,
    fc.property(drawn(given), ({ params, x, key, time }) => {
      const { cell } = given;
      const context = { training: true, key } as const;
      const [{ y }] = nn.rnn(cell, whole).apply(params, null, x, context);
      const ys: NDArray[] = [];
      let carry = cell.zero([2, ...given.inputShape], 'float64');
      for (let t = 0; t < time; t++) {
        // A cell draws the same noise with the same key.
        const [next, out] = cell.apply(params, carry, x.get(':', t), context);
        [carry] = [next];
        ys.push(out);
      }
      assertAllClose(y, np.stack(ys, 1), 'steps');
      assertAllClose(nn.rnn(cell, whole).apply(params, null, x, context)[0].y, y, 'again', exact);
    }),
  );

/** The laws of a cell in `rnn` and `bidirectional`. */
export const recurrentLaws = (given: RecurrentCase): readonly Law[] =>
  [loopLaw, maskLaw, carryLaw, directionLaw, truncatedLaw, noiseLaw].map((make) => make(given));
