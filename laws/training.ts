/** What must hold of minibatches, and of policies, also of ones of your own. */
import * as fc from 'fast-check';
import { np, random } from 'fluxion';
import { decodeTraining, encodeTraining } from 'fluxion/io';
import { batches, policies, type EpochRecord, type Policy } from 'fluxion/train';
import { keys } from './arbitrary.ts';
import { law, type Law } from './law.ts';

/** Minibatches: one size, every example once, in the order that padding then goes on with. */
export const minibatchLaws = (): readonly Law[] => [
  law(
    'minibatches have one size, and each example counts once',
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 50 }),
      fc.option(keys()),
      (count, size, key) => {
        const ids = np.arange(count);
        const all = [...batches({ x: { id: ids }, y: ids }, size, key ?? undefined)];
        const rows = all.flatMap(({ x, y, weight }) => {
          if (weight.size !== Math.min(size, count)) throw new Error(`expected ${size} examples, got ${weight.size}`);
          if (String(x.id) !== String(y)) throw new Error('inputs and targets do not pair');
          const weights = weight.dataSync();
          return [...y.dataSync()].map((id, i) => ({ id: Number(id), weight: weights[i] ?? NaN }));
        });
        const order = rows.slice(0, count).map(({ id }) => id);
        if (new Set(order).size !== count) throw new Error(`expected each of ${count} examples, got ${order.join()}`);
        rows.forEach(({ id, weight }, i) => {
          if (weight !== (i < count ? 1 : 0))
            throw new Error(`expected real examples first, got weight ${weight} at ${i}`);
          if (id !== order[i % count]) throw new Error('expected padding from the start of the order');
        });
      },
    ),
  ),
];

const finite = fc.double({ min: 0, max: 4, noNaN: true });
const figure = fc.oneof({ weight: 9, arbitrary: finite }, { weight: 1, arbitrary: fc.constant(NaN) });
/** Epochs with these losses, and rates as a policy says. */
const decisionsOf = (policy: Policy, losses: readonly number[], resumeAt = -1): string => {
  let [memory, rate] = [policy.start, 1];
  return losses
    .map((loss, i) => {
      const epoch = i + 1;
      const seen = { loss, accuracy: 1 / (1 + loss) };
      rate = policy.rate?.(epoch, rate) ?? rate;
      const record: EpochRecord = { epoch, training: seen, validation: seen, learningRate: rate, seconds: 0 };
      const [next, { keep = false, stop = false, rate: wanted = null }] = policy.next(memory, record);
      memory = i === resumeAt ? stored(next) : next;
      rate = wanted ?? rate;
      return JSON.stringify([keep, stop, wanted, rate]);
    })
    .join();
};
/** A memory that went through a file. */
const stored = (memory: unknown): unknown => {
  const state = { params: null, state: null, memory: null };
  const bytes = encodeTraining({
    ...state,
    last: state,
    key: random.key(0),
    epoch: 0,
    history: [],
    policies: [memory],
    stopped: false,
  });
  const decoded = decodeTraining(bytes, state);
  if (decoded._tag === 'Left') throw new Error(decoded.left);
  return decoded.right.policies[0];
};
const same = (got: string, expected: string): void => {
  if (got !== expected) throw new Error(`expected the decisions ${expected}, got ${got}`);
};

/** Policies are pure reducers of plain memories, and compose. The records that they see have `loss` and `accuracy`. */
export const policyLaws = (name: string, policy: Policy): readonly Law[] => {
  const losses = fc.array(figure, { minLength: 1, maxLength: 12 });
  return [
    law(
      `${name}: the same epochs give the same decisions, also after a file`,
      fc.property(losses, fc.nat(11), (all, at) => {
        const once = decisionsOf(policy, all);
        same(decisionsOf(policy, all), once);
        same(decisionsOf(policy, all, at % all.length), once);
      }),
    ),
    law(
      `${name}: policies() is the identity of composition, which is associative`,
      fc.property(losses, (all) => {
        const alone = decisionsOf(policy, all);
        same(decisionsOf(policies(policies(), policy), all), alone);
        same(decisionsOf(policies(policy, policies()), all), alone);
        const left = policies(policies(policy, policy), policy);
        same(decisionsOf(left, all), decisionsOf(policies(policy, policies(policy, policy)), all));
      }),
    ),
  ];
};
