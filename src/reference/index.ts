/** The reference interpreter as an executor: slow, plain, and the specification that the compiler is checked against. */
import { withExecutor, type Executor } from '../core/executor.ts';
import { runPrimitive } from './run.ts';

/** Runs every primitive by its kernel's definition. */
export const reference: Executor = {
  name: 'reference',
  run: (primitive, params, inputs) => {
    const types = inputs.map((x) => x.type);
    return runPrimitive(primitive, params, inputs, primitive.infer(types, params));
  },
};

/** Run `body` with the reference interpreter in place of the compiler. */
export const withReference = <A>(body: () => A): A => withExecutor(reference, body);
