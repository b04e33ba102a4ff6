/** Forcing: the concrete value of a traced one, where it depends on nothing that has no value. */
import { InternalError, TraceError } from '../array/errors.ts';
import { concrete, type NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { executor } from './executor.ts';
import { zipExact } from './graph.ts';
import { withOrigin } from './origin.ts';
import type { Equation, Variable } from './primitive.ts';
import { leaked, recordedOf, within, type Scope } from './scope.ts';

/** The concrete value of a variable: evaluates the recorded equations behind it, once. */
export const force = (scope: Scope, variable: Variable, reader: string): NDArray => {
  const found = scope.known.get(variable) ?? variable.known;
  if (found !== undefined && found !== null) return found;
  const needed = behind(scope, variable);
  const blocked = needed.inputs.find((v) => !scope.sources.has(v));
  if (blocked !== undefined && !scope.open) throw leaked(scope, variable.type);
  if (blocked !== undefined)
    throw new TraceError(
      `${reader}: expected a concrete value, got a traced ${showType(variable.type)} in ${scope.title}, made from ${scope.inputName(scope.inputs.indexOf(blocked))}. Use where, cond or scan on traced values, or make the argument static.`,
      'trace.concrete',
    );
  for (const input of needed.inputs) {
    const source = scope.sources.get(input);
    if (source !== undefined && !scope.known.has(input)) scope.known.set(input, concrete(source, reader));
  }
  within(null, () => {
    for (const equation of needed.equations) evaluate(scope, equation);
  });
  const value = scope.known.get(variable);
  if (value === undefined) throw new InternalError(`force: variable ${variable.id} has no equation.`);
  return value;
};

/** The inputs and equations that a variable depends on and that are not evaluated yet; effects bring the effects before them. */
const behind = (
  scope: Scope,
  variable: Variable,
): { readonly inputs: readonly Variable[]; readonly equations: readonly Equation[] } => {
  const wanted = new Set<Variable>([variable]);
  const equations: Equation[] = [];
  let effects = false;
  for (const equation of scope.equations.toReversed()) {
    const isEffect = equation.primitive.effect(equation.params) === 'ordered';
    if (scope.forced.has(equation) || (!equation.outputs.some((v) => wanted.has(v)) && !(effects && isEffect)))
      continue;
    effects ||= isEffect;
    equations.push(equation);
    for (const atom of equation.inputs) if (atom.kind === 'variable') wanted.add(atom);
  }
  const inputs = [...scope.inputs, ...scope.captured.values()].filter((v) => wanted.has(v) && !scope.known.has(v));
  return { inputs, equations: equations.reverse() };
};

const evaluate = (scope: Scope, equation: Equation): void => {
  const inputs = equation.inputs.map((atom) => {
    const value = atom.kind === 'literal' ? atom.value : scope.known.get(atom);
    if (value === undefined) throw new InternalError(`force: variable has no value.`);
    return value;
  });
  const { primitive, params, outputs, origin } = equation;
  const results = withOrigin(origin, () => executor().run(primitive, params, inputs));
  for (const [variable, value] of zipExact(outputs, results)) scope.known.set(variable, value);
  scope.forced.add(equation);
};

/** Whether a value can be read now: concrete, or traced and dependent on no placeholder without a value. */
export const isReadable = (x: NDArray): boolean => {
  const recorded = recordedOf(x);
  if (recorded === null) return true;
  const { scope, variable } = recorded;
  return behind(scope, variable).inputs.every((input) => {
    const source = scope.sources.get(input);
    return source !== undefined && isReadable(source);
  });
};
