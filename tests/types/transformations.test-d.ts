/** The types of transformed functions: checked by `npm run check:types`; nothing here runs. */
import {
  evalShape,
  grad,
  hessian,
  hvp,
  jacfwd,
  jit,
  jvp,
  linearize,
  valueAndGrad,
  vjp,
  vmap,
  type ArrayType,
  type Input,
  type NDArray,
  type TypedArray,
} from 'fluxion';
import { expectTypeOf } from 'vitest';

type Given = NDArray | number | TypedArray;

interface Dense {
  readonly kernel: NDArray;
  readonly bias: NDArray | null;
}
interface Params {
  readonly hidden: Dense;
  readonly scale?: NDArray;
  readonly pair: readonly [NDArray, NDArray];
  readonly list: readonly NDArray[];
  readonly act: 'relu' | 'tanh';
  readonly apply: (x: NDArray) => NDArray;
  readonly training: boolean;
}
declare const params: Params;
declare const x: NDArray;
declare const loss: (params: Params, x: NDArray) => NDArray;
declare const lossOfScalar: (x: NDArray) => NDArray;

// What callers may pass.
expectTypeOf<Input<NDArray>>().toEqualTypeOf<Given>();
expectTypeOf<Input<Dense>>().toEqualTypeOf<{ readonly kernel: Given; readonly bias: Given | null }>();
expectTypeOf<Input<readonly [NDArray, NDArray]>>().toEqualTypeOf<readonly [Given, Given]>();
expectTypeOf<Input<NDArray[]>>().toEqualTypeOf<Given[]>();
expectTypeOf<Input<{ readonly w?: NDArray }>>().toEqualTypeOf<{ readonly w?: Given }>();
expectTypeOf<Input<'relu' | boolean | null | undefined | bigint>>().toEqualTypeOf<
  'relu' | boolean | null | undefined | bigint
>();
expectTypeOf<Input<unknown>>().toBeUnknown();
// Idempotent, so that lifted functions can be lifted again.
expectTypeOf<Input<Input<Params>>>().toEqualTypeOf<Input<Params>>();

// The gradient has the type of the argument.
expectTypeOf(grad(loss)(params, x)).toEqualTypeOf<Params>();
expectTypeOf(grad(lossOfScalar)(3)).toEqualTypeOf<NDArray>();
expectTypeOf(grad(grad(lossOfScalar))(3)).toEqualTypeOf<NDArray>();
expectTypeOf(grad(loss)({ ...params, pair: [1, new Float32Array(2)] }, 1)).toEqualTypeOf<Params>();
expectTypeOf(valueAndGrad(loss)(params, x)).toEqualTypeOf<[NDArray, Params]>();
expectTypeOf(grad(loss, { argnums: 1 })(params, x)).toEqualTypeOf<NDArray>();
expectTypeOf(grad(loss, { argnums: -2 })(params, x)).toEqualTypeOf<Params>();
expectTypeOf(grad(loss, { argnums: [1, 0] })(params, x)).toEqualTypeOf<[NDArray, Params]>();
expectTypeOf(valueAndGrad(loss, { argnums: [0, -1] })(params, x)).toEqualTypeOf<[NDArray, [Params, NDArray]]>();

// With hasAux: the gradient and what goes with the loss.
declare const lossWithAux: (params: Dense, x: NDArray) => readonly [NDArray, { readonly logits: NDArray }];
expectTypeOf(grad(lossWithAux, { hasAux: true })(params.hidden, x)).toEqualTypeOf<
  [Dense, { readonly logits: NDArray }]
>();
expectTypeOf(valueAndGrad(lossWithAux, { hasAux: true })(params.hidden, x)).toEqualTypeOf<
  [readonly [NDArray, { readonly logits: NDArray }], Dense]
>();

// Transformations of transformations.
expectTypeOf(vmap(grad(loss))(params, x)).toEqualTypeOf<Params>();
expectTypeOf(jit(vmap(grad(loss)))(params, x)).toEqualTypeOf<Params>();
expectTypeOf(jit(vmap(grad(grad(lossOfScalar))))(x)).toEqualTypeOf<NDArray>();
expectTypeOf(grad(jit(loss))(params, 1)).toEqualTypeOf<Params>();
expectTypeOf(jit(valueAndGrad(jit(loss)))(params, 1)).toEqualTypeOf<[NDArray, Params]>();

// Axes are prefixes of the arguments and of the result.
expectTypeOf(vmap(loss, { inAxes: [null, 0] })).returns.toEqualTypeOf<NDArray>();
vmap(loss, { inAxes: 0, outAxes: 1 });
vmap(lossWithAux, { inAxes: [{ kernel: 0, bias: null }, -1], outAxes: [0, { logits: 1 }] });
vmap(grad(lossWithAux, { hasAux: true }), { inAxes: [{ kernel: 0, bias: null }, 0] });
// @ts-expect-error -- no argument has this field
vmap(lossWithAux, { inAxes: [{ weights: 0, bias: null }, 0] });
// @ts-expect-error -- an axis for each argument
vmap(lossWithAux, { inAxes: [0] });
// @ts-expect-error -- the result has two items
vmap(lossWithAux, { outAxes: [0] });

// A number in a traced position is an error, unless it is static.
declare const power: (x: NDArray, n: number) => NDArray;
// @ts-expect-error -- a transformation passes arrays
grad(power)(x, 3);
// @ts-expect-error -- a transformation passes arrays
jit(power)(x, 3);
// @ts-expect-error -- position 0 is static, not 1
jit(power, { staticArgnums: 0 })(x, 3);
expectTypeOf(jit(power, { staticArgnums: 1 })).parameters.toEqualTypeOf<[x: Given, n: number]>();
expectTypeOf(jit(power, { staticArgnums: [1] })(x, 3)).toEqualTypeOf<NDArray>();
declare const typed: (x: Float32Array) => NDArray;
// @ts-expect-error -- a transformation passes arrays
jit(typed)(new Float32Array(2));
// @ts-expect-error -- the field is a number
grad((p: { readonly rate: number }) => x.mul(p.rate))({ rate: 1 });

// Forward and reverse derivatives.
expectTypeOf(jvp(loss, [params, 1], [params, 1])).toEqualTypeOf<[NDArray, NDArray]>();
expectTypeOf(vjp(loss, params, 1)).toEqualTypeOf<[NDArray, (cotangent: Given) => [params: Params, x: NDArray]]>();
expectTypeOf(vjp(grad(loss), params, 1)[1])
  .parameter(0)
  .toEqualTypeOf<Input<Params>>();
expectTypeOf(linearize(lossOfScalar, 2)).toEqualTypeOf<[NDArray, (x: Given) => NDArray]>();
expectTypeOf(hvp(loss, [params, 1], [params, 1])).toEqualTypeOf<Params>();

// Jacobians: a tree like the argument at each leaf of the result.
declare const layer: (p: Dense, x: NDArray) => { readonly y: NDArray };
expectTypeOf(jacfwd(layer)(params.hidden, x)).toEqualTypeOf<{ readonly y: Dense }>();
expectTypeOf(jacfwd(layer, { argnums: 1 })(params.hidden, x)).toEqualTypeOf<{ readonly y: NDArray }>();
expectTypeOf(hessian(lossOfScalar)(1)).toEqualTypeOf<NDArray>();
expectTypeOf(hessian((p: Dense) => p.kernel.sum())(params.hidden)).toEqualTypeOf<{
  readonly kernel: Dense;
  readonly bias: Dense | null;
}>();

expectTypeOf(evalShape(layer, params.hidden, 1)).toEqualTypeOf<{ readonly y: ArrayType }>();
