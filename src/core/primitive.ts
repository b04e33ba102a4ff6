/** What a program and a primitive are: lists of equations, and one frozen record per primitive with every rule required. */
import type { NDArray } from '../array/ndarray.ts';
import type { ArrayType } from '../array/type.ts';
import type { Kernel } from '../kernels/kernel.ts';
import type { Origin } from './origin.ts';

/** A value without a name of its own; `id` comes from one supply and is unique in the process. */
export interface Variable {
  readonly kind: 'variable';
  readonly id: number;
  readonly type: ArrayType;
  /** The value, where the trace computed it already (see forcing in `core/trace.ts`). */
  known: NDArray | null;
}

/** Data from JavaScript inside a program: a splat or a small array. Larger arrays become inputs (`core/trace.ts`). */
export interface Literal {
  readonly kind: 'literal';
  readonly value: NDArray;
}

export type Atom = Variable | Literal;

export interface Equation {
  readonly primitive: Primitive;
  readonly params: unknown;
  readonly inputs: readonly Atom[];
  readonly outputs: readonly Variable[];
  readonly origin: Origin | null;
}

export interface Graph {
  /** What the user called it; for printing only. */
  readonly name: string;
  readonly inputs: readonly Variable[];
  readonly equations: readonly Equation[];
  readonly outputs: readonly Atom[];
}

/** A true/false per input, output or equation: the language that transformations speak about what they treat. */
export type Mask = readonly boolean[];

/** A tangent or cotangent; `null` is zero, which is never made dense before something needs it so. */
export type Tangent = NDArray | null;

/** What a derivative rule is given: the primals, what moves, and the outputs if it wants them (asking records the equation). */
export interface Moving<P> {
  readonly primals: readonly NDArray[];
  /** At least one is not `null`. */
  readonly tangents: readonly Tangent[];
  readonly params: P;
  readonly outputs: () => readonly NDArray[];
}

/** What a linear equation gets when run backwards. */
export interface Backwards<P> {
  /** One per output; at least one is not `null`. */
  readonly cotangents: readonly Tangent[];
  /** The values of the inputs that do not carry tangents; `null` where the input is linear. */
  readonly known: readonly (NDArray | null)[];
  readonly inputs: readonly ArrayType[];
  readonly params: P;
}

/** What a batch rule is given: inputs with the batch axis in front where `mapped`, as they are elsewhere. */
export interface Batched<P> {
  readonly inputs: readonly NDArray[];
  readonly mapped: Mask;
  readonly size: number;
  readonly axis: AxisName | null;
  readonly params: P;
}

/** The name of an axis under `vmap`, for collectives; compared by identity. */
export interface AxisName {
  readonly name: string;
}

/** How an equation with some inputs known splits. `null` stands for "all outputs are unknown". */
export interface Split {
  /** Records the known part in the current scope; gives the known outputs and the residuals that the later part needs. */
  readonly knownOutputs: Mask;
  readonly early: (inputs: readonly (NDArray | null)[]) => {
    readonly outputs: readonly (NDArray | null)[];
    readonly residuals: readonly NDArray[];
  };
  /** Records the unknown part; inputs that the later part may not read are `null`. */
  readonly later: (residuals: readonly NDArray[], inputs: readonly (NDArray | null)[]) => readonly (NDArray | null)[];
}

/** How much arithmetic and traffic an equation is. */
export interface Cost {
  readonly flops: number;
  readonly bytes: number;
}

export interface Primitive<P = unknown> {
  readonly name: string;
  /** Types of the outputs; throws a typed error for inputs that do not fit. */
  infer(inputs: readonly ArrayType[], params: P): readonly ArrayType[];
  /** What it computes, as data. */
  kernel(params: P, inputs: readonly ArrayType[], outputs: readonly ArrayType[]): Kernel<Graph, NDArray>;
  /** Forward derivative: the outputs and their tangents, recorded as equations. Tangents must be linear in tangents. */
  jvp(moving: Moving<P>): { readonly outputs: readonly NDArray[]; readonly tangents: readonly Tangent[] };
  /** For an equation that is linear in the inputs not known: cotangents of those inputs (`null` elsewhere, or zero). */
  transpose(backwards: Backwards<P>): readonly Tangent[];
  /** The equation on a batch: outputs and which of them carry the batch axis in front. */
  batch(batched: Batched<P>): { readonly outputs: readonly NDArray[]; readonly mapped: Mask };
  /** How the equation splits when some inputs are known (some, not all); `null`: it is unknown as a whole. */
  partition(equation: Equation, known: Mask): Split | null;
  /** The same equation with only the used outputs: new params and masks of kept inputs and outputs; `null` if nothing can be dropped. At least one output is used. */
  prune(
    equation: Equation,
    used: Mask,
  ): { readonly params: unknown; readonly primitive: Primitive; readonly inputs: Mask; readonly outputs: Mask } | null;
  /** `ordered`: has an effect outside, kept in order and never dropped. May depend on what graphs the params hold. */
  effect(params: P): 'none' | 'ordered';
  cost(params: P, inputs: readonly ArrayType[], outputs: readonly ArrayType[]): Cost;
  /** The programs that the params hold, in a fixed order; `[]` for nearly all. */
  graphs(params: P): readonly Graph[];
}
