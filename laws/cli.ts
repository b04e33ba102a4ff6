/** `npm run laws -- --runs 2000 --seed 7 --law vmap`: the laws of the library, checked deeper than its tests do. */
import { parseArgs } from 'node:util';
import { configure } from 'fluxion';
import { arrayLaws } from './array.ts';
import { batchingLaws } from './batching.ts';
import { convolutionLaws } from './convolution.ts';
import { effectLaws } from './effect.ts';
import { graphLaws } from './graph.ts';
import { indexingLaws } from './indexing.ts';
import { instructionLaws } from './instruction.ts';
import { LawError, type Law, type Parameters } from './law.ts';
import { linalgLaws } from './linalg.ts';
import { memoryLaws } from './memory.ts';
import { nestingLaws } from './nesting.ts';
import { einsumLaws } from './einsum.ts';
import { poolingLaws } from './pooling.ts';
import { primitiveSuites, primitiveTable } from './primitive.ts';
import { relaxedLaws } from './relaxed.ts';
import { accuracyTable, specialLaws } from './special.ts';
import { transformationLaws } from './transformation.ts';

interface Suite {
  readonly laws: readonly Law[];
  /** How many of the runs asked for each of its laws gets: fewer where a run is dear, a tenth where there are hundreds of laws. */
  readonly share: number;
}

/** The laws that need no instance of the user's. */
const suites: readonly Suite[] = [
  { laws: [...transformationLaws(), ...batchingLaws(), ...nestingLaws()], share: 1 },
  { laws: [...graphLaws(), ...arrayLaws(), ...indexingLaws()], share: 1 },
  { laws: [...effectLaws(), ...memoryLaws()], share: 0.25 },
  { laws: [...convolutionLaws(), ...poolingLaws(), ...einsumLaws(), ...linalgLaws()], share: 0.1 },
  { laws: relaxedLaws(), share: 0.1 },
  { laws: [...instructionLaws, ...specialLaws, ...primitiveSuites.flatMap((suite) => suite.laws)], share: 0.1 },
];

const usage = `npm run laws -- [--runs 100] [--seed N] [--law part-of-name] [--path P] [--seconds most-for-each-law] [--relaxed auto|force|off] [--thresholds measured|lowest]
       npm run laws -- --table    the primitives with their laws, and the accuracy of the special functions`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    law: { type: 'string', default: '' },
    path: { type: 'string' },
    seconds: { type: 'string', default: '3600' },
    relaxed: { type: 'string', default: 'auto' },
    thresholds: { type: 'string', default: 'measured' },
    table: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const numberFrom = (name: 'runs' | 'seed' | 'seconds'): number => {
  const number = Number(values[name]);
  if (!Number.isFinite(number))
    throw new Error(`laws: expected a number for --${name}, got ${values[name]}.\n${usage}`);
  return number;
};

const choiceFrom = <A extends string>(name: 'relaxed' | 'thresholds', choices: readonly A[]): A => {
  const choice = choices.find((one) => one === values[name]);
  if (choice === undefined)
    throw new Error(`laws: expected ${choices.join(' or ')} for --${name}, got ${values[name]}.\n${usage}`);
  return choice;
};

/** How the code that the laws are of is made; as `configure` has it. */
const relaxedSimd = choiceFrom('relaxed', ['auto', 'force', 'off']);
const thresholds = choiceFrom('thresholds', ['measured', 'lowest']);
const { usesRelaxedSimd } = configure({ relaxedSimd, thresholds });

/** What a line that replays a failure adds. */
const sameCode = [
  ...(relaxedSimd === 'auto' ? [] : [` --relaxed ${relaxedSimd}`]),
  ...(thresholds === 'measured' ? [] : [` --thresholds ${thresholds}`]),
].join('');

const runsAsked = numberFrom('runs');
const parameters: Parameters = {
  seed: numberFrom('seed'),
  milliseconds: 1000 * numberFrom('seconds'),
  ...(values.path === undefined ? {} : { path: values.path }),
};

/** Check one law, say how it went; whether it holds. */
const report = ({ name, check, note }: Law, share: number): boolean => {
  let count = 0;
  const runs = Math.ceil(share * runsAsked);
  const start = performance.now();
  const seconds = (): string => `${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s`;
  try {
    check({ ...parameters, runs, counted: (cases) => (count = cases) });
    console.log(`ok     ${String(count).padStart(6)} ${seconds()}  ${name}${note === undefined ? '' : ` (${note()})`}`);
    return true;
  } catch (error) {
    console.log(`FAILED        ${seconds()}  ${name}`);
    console.log(error instanceof Error ? error.message : String(error));
    const { seed, path } = (error instanceof LawError ? error.replay : null) ?? { seed: parameters.seed, path: null };
    console.log(
      `npm run laws -- --law '${name}' --seed ${seed}${path === null ? '' : ` --path '${path}'`}${sameCode}\n`,
    );
    return false;
  }
};

/** Check the laws asked for; how many fail. */
const main = (): number => {
  const start = performance.now();
  const asked = suites.flatMap(({ laws, share }) =>
    laws.filter(({ name }) => name.includes(values.law)).map((law) => ({ law, share })),
  );
  if (asked.length === 0) throw new Error(`laws: expected a part of the name of a law, got '${values.law}'.`);
  console.log(
    `${asked.length} laws, ${runsAsked} runs, seed ${parameters.seed}, ${usesRelaxedSimd ? 'with' : 'without'} fused multiply-add, ${thresholds} thresholds`,
  );
  const failed = asked.filter(({ law, share }) => !report(law, share)).length;
  console.log(
    `${asked.length - failed} hold, ${failed} do not, ${((performance.now() - start) / 60_000).toFixed(1)} minutes`,
  );
  return failed;
};

if (values.help) console.log(usage);
else if (values.table) console.log(`${primitiveTable()}\n\n${accuracyTable()}`);
else process.exitCode = main() > 0 ? 1 : 0;
