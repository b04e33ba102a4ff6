/**
 * Recording: run a function on placeholders and keep what it did as a graph. There is one kind of tracer and it only
 * records. A scope opened later is inside, so ages replace a stack of levels; what a function closes over from an outer
 * scope becomes an input of its graph (closure conversion).
 */
import { InternalError, TraceError } from '../array/errors.ts';
import { cellOf, concrete, isSplat, traced, withWeak, type NDArray, type Tracer } from '../array/ndarray.ts';
import { byteSize, showType, type ArrayType } from '../array/type.ts';
import { executor } from './executor.ts';
import { canonical } from './key.ts';
import { zipExact, type Atom, type Equation, type Graph, type Variable } from './graph.ts';
import { originHere, withOrigin, type Origin } from './origin.ts';
import type { Primitive } from './primitive.ts';
import { freshNumber, freshVariable } from './supply.ts';

/** A program being recorded. */
interface Scope {
  /** The transformation and the function, as messages name it: `jit of f`. */
  readonly title: string;
  readonly age: number;
  readonly outer: Scope | null;
  readonly equations: Equation[];
  readonly inputs: Variable[];
  /** Values from outside, by the array that stands for them there. */
  readonly captured: Map<NDArray, Variable>;
  /** What placeholders and captures stand for outside; a placeholder without an entry has no value yet. */
  readonly sources: Map<Variable, NDArray>;
  /** Values computed by forcing. */
  readonly known: Map<Variable, NDArray>;
  readonly forced: Set<Equation>;
  open: boolean;
}

interface Recorded extends Tracer {
  readonly scope: Scope;
  readonly variable: Variable;
}

let current: Scope | null = null;

/** Whether a program is being recorded. */
export const isTracing = (): boolean => current !== null;

/** Arrays up to this size stand in the program as literals; larger ones become inputs. */
const literalBytes = 1024;

// Sound: only `tracerFor` makes tracers, and it makes `Recorded` ones.
const recordedOf = (x: NDArray): Recorded | null => cellOf(x).tracer as Recorded | null;

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
    return isSplat(x) || byteSize(x.type) <= literalBytes ? { kind: 'literal', value: x } : capture(scope, x);
  if (recorded.scope === scope) return recorded.variable;
  assertOpen(recorded, x);
  return capture(scope, x);
};

const assertOpen = ({ scope }: Recorded, x: NDArray): void => {
  if (scope.open) return;
  throw new TraceError(
    `${scope.title}: expected its values to stay inside, got a traced ${showType(x.type)} used after the function returned. Return the value instead of storing it outside.`,
    'trace.leak',
  );
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
  const outputs = primitive.infer(
    inputs.map((x) => x.type),
    params,
  );
  if (current === null) {
    for (const x of inputs) {
      const recorded = recordedOf(x);
      if (recorded !== null) assertOpen(recorded, x);
    }
    // Sound: `run` hands params back to this primitive's own rules only.
    return executor().run(primitive as Primitive, params, inputs, outputs);
  }
  return record(current, primitive as Primitive, params, inputs, outputs, originHere());
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
  if (current === null && outputs.length > 0 && outputs.every((v) => v.known !== null))
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
): Traced => {
  const scope = openScope(title);
  try {
    const inputs = parameters.map(({ type, weak, source }) => {
      const variable = freshVariable(type);
      scope.inputs.push(variable);
      if (source !== null) scope.sources.set(variable, source);
      return tracerFor(scope, variable, weak);
    });
    const results = body(inputs);
    return finish(scope, results);
  } finally {
    scope.open = false;
    current = scope.outer;
  }
};

const openScope = (title: string): Scope => {
  const scope: Scope = {
    title,
    age: freshNumber(),
    outer: current,
    equations: [],
    inputs: [],
    captured: new Map(),
    sources: new Map(),
    known: new Map(),
    forced: new Set(),
    open: true,
  };
  current = scope;
  return scope;
};

const finish = (scope: Scope, results: readonly NDArray[]): Traced => {
  const outputs = results.map((x) => atomFor(scope, x));
  const equations = scope.equations.filter((e) => !isDone(scope, e));
  keepValues(scope);
  const doneOutputs = scope.equations.filter((e) => isDone(scope, e)).flatMap((e) => e.outputs);
  for (const variable of doneOutputs) {
    const value = scope.known.get(variable);
    if (value !== undefined) scope.captured.set(value, variable);
  }
  const graph: Graph = { name: scope.title, inputs: [...scope.captured.values(), ...scope.inputs], equations, outputs };
  return { graph, captured: [...scope.captured.keys()], weak: results.map((x) => x.weak) };
};

/** An effect that forcing has carried out already: it must not be repeated, so that its results become captured data. */
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

const remedies = 'Use where, cond or scan on traced values, or make the argument static';

/** The concrete value of a variable: evaluates the recorded equations behind it, once. */
const force = (scope: Scope, variable: Variable, reader: string): NDArray => {
  const found = scope.known.get(variable) ?? variable.known;
  if (found !== undefined && found !== null) return found;
  const needed = behind(scope, variable);
  const blocked = needed.inputs.find((v) => !scope.sources.has(v));
  if (blocked !== undefined)
    throw new TraceError(
      `${reader}: expected a concrete value, got a traced ${showType(variable.type)} in ${scope.title}. ${remedies}.`,
      'trace.concrete',
    );
  for (const input of needed.inputs) {
    const source = scope.sources.get(input);
    if (source !== undefined && !scope.known.has(input)) scope.known.set(input, concrete(source, reader));
  }
  outside(() => {
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
  const results = executor().run(
    equation.primitive,
    equation.params,
    inputs,
    equation.outputs.map((v) => v.type),
  );
  for (const [variable, value] of zipExact(equation.outputs, results)) scope.known.set(variable, value);
  scope.forced.add(equation);
};

/** Run `body` as if nothing were being recorded. */
const outside = <A>(body: () => A): A => {
  const before = current;
  current = null;
  try {
    return body();
  } finally {
    current = before;
  }
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

/** A parameter standing for a value. */
export const parameterFor = (x: NDArray): Parameter => ({ type: x.type, weak: x.weak, source: x });
/** A parameter of the type of a value, without its value. */
export const placeholderFor = (x: NDArray): Parameter => ({ type: x.type, weak: x.weak, source: null });

/** Mark results as weakly typed or not, one flag each. */
export const markWeak = (xs: readonly NDArray[], weak: readonly boolean[]): readonly NDArray[] =>
  zipExact(xs, weak).map(([x, w]) => withWeak(x, w));
