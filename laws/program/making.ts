/** From numbers to a well-typed program: any numbers make one. */
import { squash } from './elementwise.ts';
import { instructionOf, isFloat, limit, type Draw, type Known, type Maker, type Operation } from './operation.ts';
import { at, type Instruction, type Program } from './program.ts';

/** Numbers from which a program is made; any such numbers make one. */
export interface Raw {
  readonly operation: number;
  readonly draws: readonly number[];
  readonly body: readonly Raw[];
}

const drawFrom = (numbers: readonly number[]): Draw => {
  let next = 0;
  return { below: (n) => (n <= 1 ? 0 : (numbers[next++ % numbers.length] ?? 0) % n) };
};

/** The values and instructions of a program so far. */
interface Draft {
  readonly values: Known[];
  readonly instructions: Instruction[];
  readonly used: Set<Known>;
  /** The number of the next value. */
  count: number;
}

const append = (draft: Draft, operation: Operation, choice: Parameters<Maker['emit']>[1]): readonly Known[] => {
  draft.instructions.push(instructionOf(operation, choice));
  for (const x of choice.inputs) draft.used.add(x);
  return choice.outputs.map((y): Known => ({ ...y, index: draft.count++ }));
};

const emit =
  (draft: Draft): Maker['emit'] =>
  (operation, choice) => {
    const kept = append(draft, operation, choice).flatMap((y) =>
      isFloat(y) && y.bound > limit
        ? append(draft, squash, { inputs: [y], params: { by: 2 / y.bound }, outputs: [{ type: y.type, bound: 1 }] })
        : [y],
    );
    draft.values.push(...kept);
    return kept;
  };

const makerFor = (draft: Draft, choices: readonly Operation[], raw: Raw): Maker => ({
  draw: drawFrom(raw.draws),
  values: draft.values.toReversed(),
  emit: emit(draft),
  body: (inputs, finish, closed = false) =>
    makeProgram(choices, raw.body, inputs, finish, draft.count, closed ? [] : draft.values),
});

/** The results of a program: up to three values that nothing reads, one float among them. */
const results = (values: readonly Known[], used: ReadonlySet<Known>): readonly Known[] => {
  const last = values.filter((v) => !used.has(v)).slice(-3);
  const float = values.findLast(isFloat);
  return last.some(isFloat) || float === undefined ? last : [...last, float];
};

/** The program of some numbers, of inputs of given types, inside a program of `first` values of which it may read `visible`. */
export const makeProgram = (
  choices: readonly Operation[],
  raws: readonly Raw[],
  given: Parameters<Maker['body']>[0],
  finish: Parameters<Maker['body']>[1] | null = null,
  first = 0,
  visible: readonly Known[] = [],
): { readonly program: Program; readonly outputs: readonly Known[] } => {
  const inputs = given.map((x, i): Known => ({ ...x, index: first + i }));
  const draft: Draft = {
    values: [...visible, ...inputs],
    instructions: [],
    used: new Set(),
    count: first + inputs.length,
  };
  for (const raw of raws) {
    const operation = at(choices, raw.operation % choices.length);
    const choice = operation.choose?.(makerFor(draft, choices, raw)) ?? null;
    if (choice !== null) emit(draft)(operation, choice);
  }
  const outputs =
    finish === null
      ? results(draft.values.slice(visible.length), draft.used)
      : finish(makerFor(draft, choices, { operation: 0, draws: [0], body: [] }), inputs);
  return {
    program: {
      inputs: given.map((x) => x.type),
      instructions: draft.instructions,
      outputs: outputs.map((y) => y.index),
    },
    outputs,
  };
};
