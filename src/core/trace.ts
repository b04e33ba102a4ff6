/**
 * Recording: run a function on placeholders and keep what it did as a graph. There is one kind of tracer and it only
 * records. A scope opened within another needs no level: what a function closes over from an outer scope becomes an input
 * of its graph (closure conversion).
 */
import { InternalError } from '../array/errors.ts';
import { detached, isSplat, traced, withWeak, type NDArray } from '../array/ndarray.ts';
import { byteSize, showType, type ArrayType } from '../array/type.ts';
import { executor } from './executor.ts';
import { force } from './force.ts';
import { canonical } from './key.ts';
import { zipExact, type Atom, type Equation, type Graph, type Variable } from './graph.ts';
import { originHere, withOrigin, type Origin } from './origin.ts';
import type { Primitive } from './primitive.ts';
import { currentScope, isTracing, leaked, recordedOf, within, type Recorded, type Scope } from './scope.ts';
import { quiet } from './silence.ts';
import { freshVariable } from './supply.ts';

/** Arrays up to this size stand in the program as literals; larger ones become inputs. */
const literalBytes = 1024;

const tracerFor = (scope: Scope, variable: Variable, weak: boolean): NDArray => {
  const tracer: Recorded = {
    scope,
    variable,
    describe: () => `traced ${showType(variable.type)} in ${scope.title}`,
    force: (reader) => force(scope, variable, reader),
  };
  return traced(variable.type, weak, tracer);
};

/** The name of a value in the scope being recorded; captures what comes from outside. */
const atomFor = (scope: Scope, x: NDArray): Atom => {
  const recorded = recordedOf(x);
  if (recorded === null)
    return isSplat(x) || byteSize(x.type) <= literalBytes ? { kind: 'literal', value: detached(x) } : capture(scope, x);
  if (recorded.scope === scope) return recorded.variable;
  assertOpen(x);
  return capture(scope, x);
};

const assertOpen = (x: NDArray): void => {
  const recorded = recordedOf(x);
  if (recorded?.scope.open === false) throw leaked(recorded.scope, x.type);
};

const capture = (scope: Scope, x: NDArray): Variable => {
  const known = scope.captured.get(x);
  if (known !== undefined) return known;
  const variable = freshVariable(x.type);
  scope.captured.set(x, variable);
  scope.sources.set(variable, x);
  return variable;
};

/** Apply a primitive: at once if nothing is being recorded, else as an equation of the innermost scope. */
export const bind = <P>(primitive: Primitive<P>, params: P, inputs: readonly NDArray[]): readonly NDArray[] => {
  const scope = currentScope();
  if (scope === null) {
    for (const x of inputs) assertOpen(x);
    // Sound: `run` hands params back to this primitive's own rules only.
    return executor().run(primitive as Primitive, params, inputs);
  }
  const outputs = primitive.infer(
    inputs.map((x) => x.type),
    params,
  );
  return record(scope, primitive as Primitive, params, inputs, outputs, originHere());
};

const record = (
  scope: Scope,
  primitive: Primitive,
  params: unknown,
  inputs: readonly NDArray[],
  types: readonly ArrayType[],
  origin: Origin,
): readonly NDArray[] => {
  const outputs = types.map(freshVariable);
  scope.equations.push({ primitive, params, inputs: inputs.map((x) => atomFor(scope, x)), outputs, origin });
  return outputs.map((variable) => tracerFor(scope, variable, false));
};

/** Apply a primitive with one output. */
export const bind1 = <P>(primitive: Primitive<P>, params: P, ...inputs: readonly NDArray[]): NDArray => {
  const [output] = bind(primitive, params, inputs);
  if (output === undefined) throw new InternalError(`${primitive.name}: expected one output, got none.`);
  return output;
};

/** Apply an equation of a program to other values: its origin, and its value if it was forced, come along. */
export const rebind = (equation: Equation, inputs: readonly NDArray[]): readonly NDArray[] => {
  const { primitive, params, outputs, origin } = equation;
  if (!isTracing() && outputs.length > 0 && outputs.every((v) => v.known !== null))
    return outputs.flatMap((v) => v.known ?? []);
  const results = withOrigin(origin, () => bind(primitive, params, inputs));
  for (const [result, variable] of zipExact(results, outputs)) {
    const recorded = recordedOf(result);
    if (recorded !== null && variable.known !== null) recorded.variable.known = variable.known;
  }
  return results;
};

/** A placeholder to be: its type, and the value that it stands for if there is one. */
export interface Parameter {
  readonly type: ArrayType;
  readonly weak: boolean;
  readonly source: NDArray | null;
}

export interface Traced {
  /** Its inputs are the captured values, then the parameters. */
  readonly graph: Graph;
  readonly captured: readonly NDArray[];
  /** Which outputs are weakly typed. */
  readonly weak: readonly boolean[];
}

/** Run `body` on placeholders and give what it did as a program. Scopes close even if it throws. */
export const trace = (
  title: string,
  parameters: readonly Parameter[],
  body: (inputs: readonly NDArray[]) => readonly NDArray[],
  inputName: (input: number) => string = (input) => `input ${input}`,
): Traced => {
  const scope = newScope(title, inputName);
  try {
    return within(scope, () => {
      const inputs = parameters.map(({ type, weak, source }) => {
        const variable = freshVariable(type);
        scope.inputs.push(variable);
        if (source !== null) scope.sources.set(variable, source);
        return tracerFor(scope, variable, weak);
      });
      return finish(scope, body(inputs));
    });
  } finally {
    scope.open = false;
  }
};

const newScope = (title: string, inputName: Scope['inputName']): Scope => ({
  title,
  inputName,
  equations: [],
  inputs: [],
  captured: new Map(),
  sources: new Map(),
  known: new Map(),
  forced: new Set(),
  open: true,
});

const finish = (scope: Scope, results: readonly NDArray[]): Traced => {
  const outputs = results.map((x) => atomFor(scope, x));
  const equations = scope.equations
    .filter((e) => !isDone(scope, e))
    .flatMap((e) => (scope.forced.has(e) ? quiet(e) : [e]));
  keepValues(scope);
  const doneOutputs = scope.equations.filter((e) => isDone(scope, e)).flatMap((e) => e.outputs);
  for (const variable of doneOutputs) {
    const value = scope.known.get(variable);
    if (value !== undefined) scope.captured.set(value, variable);
  }
  const graph: Graph = { name: scope.title, inputs: [...scope.captured.values(), ...scope.inputs], equations, outputs };
  return { graph, captured: [...scope.captured.keys()], weak: results.map((x) => x.weak) };
};

/** An effect that forcing has carried out already: it must not be repeated, so that its results become captured data. Of those inside a program `quiet` takes care. */
const isDone = (scope: Scope, equation: Equation): boolean =>
  scope.forced.has(equation) &&
  equation.primitive.graphs(equation.params).length === 0 &&
  equation.primitive.effect(equation.params) === 'ordered';

/** Leave the values that forcing computed on the variables, if this program is used once (its parameters have values). */
const keepValues = (scope: Scope): void => {
  if (!scope.inputs.every((v) => scope.sources.has(v))) return;
  for (const [variable, value] of scope.known) variable.known = value;
};

/** A program of given input types that captures nothing: how transformations build programs. */
export const build = (
  name: string,
  types: readonly ArrayType[],
  body: (inputs: readonly NDArray[]) => readonly NDArray[],
): Graph => {
  const { graph, captured } = trace(
    name,
    types.map((type) => ({ type, weak: false, source: null })),
    body,
  );
  if (captured.length > 0)
    throw new InternalError(`${name}: expected a closed program, got ${captured.length} captured values.`);
  return settled(graph);
};

/** The program in the form that memo tables know, unless values computed by forcing make it a program of one use. */
export const settled = (graph: Graph): Graph =>
  graph.equations.some((e) => e.outputs.some((v) => v.known !== null)) || graph.inputs.some((v) => v.known !== null)
    ? graph
    : canonical(graph);

/** A parameter standing for a value. */
export const parameterFor = (x: NDArray): Parameter => ({ type: x.type, weak: x.weak, source: x });
/** A parameter of the type of a value, without its value. */
export const placeholderFor = (x: NDArray): Parameter => ({ type: x.type, weak: x.weak, source: null });

/** Mark results as weakly typed or not, one flag each. */
export const markWeak = (xs: readonly NDArray[], weak: readonly boolean[]): readonly NDArray[] =>
  zipExact(xs, weak).map(([x, w]) => withWeak(x, w));
