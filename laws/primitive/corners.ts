/** What primitives do at their corners, case by case: zeros, ties, places out of range, nothing at all. */
import { grad, jvp, lax, np, stopGradient, type DType, type NDArray } from 'fluxion';
import { corner, f32, f64, i32, refusal, type Corner } from './corner.ts';
import { elementCorners } from './element-corners.ts';

const [low, high] = [-2147483648, 2147483647];

/** The gradient of the sum of what `f` gives. */
const slopes =
  (f: (x: NDArray) => NDArray, x: NDArray): (() => NDArray) =>
  () =>
    grad((y: NDArray) => f(y).sum())(x);
/** The tangent of `f` at `x` in the direction of `dx`. */
const tangent =
  (f: (x: NDArray) => NDArray, x: NDArray, dx: NDArray): (() => NDArray) =>
  () =>
    jvp(f, [x], [dx])[1];

const derivatives: readonly Corner[] = [
  corner(
    'reduceProd',
    'the gradient is right at a zero',
    slopes((x) => lax.reduceProd(x, [0]), f64(2, 0, 3)),
    [0, 6, 0],
  ),
  corner(
    'reduceProd',
    'the gradient is right at two zeros',
    slopes((x) => lax.reduceProd(x, [0]), f64(0, 0, 3)),
    [0, 0, 0],
  ),
  corner(
    'cumprod',
    'the tangent is right at a zero',
    tangent((x) => lax.cumprod(x, 0), f64(2, 0, 3), f64(1, 1, 1)),
    [1, 2, 6],
  ),
  corner(
    'cumprod',
    'the gradient is right at zeros',
    slopes((x) => lax.cumprod(x, 0), f64(0, 0, 3)),
    [1, 0, 0],
  ),
  corner(
    'pow',
    'x^2 has slope 0 at 0',
    slopes((x) => lax.pow(x, np.fullLike(x, 2)), f64(0, -3)),
    [0, -6],
  ),
  corner(
    'pow',
    'x^0 has slope 0, at 0 too',
    slopes((x) => lax.pow(x, np.fullLike(x, 0)), f64(0, 2)),
    [0, 0],
  ),
  corner(
    'pow',
    '0^y has slope 0',
    slopes((y) => lax.pow(np.zerosLike(y), y), f64(2, 1)),
    [0, 0],
  ),
  corner(
    'integerPow',
    'x^2 has slope 0 at 0',
    slopes((x) => lax.integerPow(x, 2), f64(0, -3)),
    [0, -6],
  ),
  corner(
    'max',
    'equal operands share the tangent',
    slopes((x) => lax.max(x, f64(1, 1, 1)), f64(1, 0, 2)),
    [0.5, 0, 1],
  ),
  corner(
    'min',
    'equal operands share the tangent',
    slopes((x) => lax.min(x, f64(1, 1, 1)), f64(1, 0, 2)),
    [0.5, 1, 0],
  ),
  corner(
    'reduceMax',
    'ties share the tangent',
    slopes((x) => lax.reduceMax(x, [0]), f64(1, 3, 3)),
    [0, 0.5, 0.5],
  ),
  corner(
    'reduceMin',
    'ties share the tangent',
    slopes((x) => lax.reduceMin(x, [0]), f64(1, 1, 3)),
    [0.5, 0.5, 0],
  ),
  corner(
    'cummax',
    'the last of equals moves it',
    tangent((x) => lax.cummax(x, 0), f64(2, 1, 2), f64(1, 2, 3)),
    [1, 1, 3],
  ),
  corner(
    'cummin',
    'the last of equals moves it',
    tangent((x) => lax.cummin(x, 0), f64(1, 2, 1), f64(1, 2, 3)),
    [1, 1, 3],
  ),
  corner(
    'sort',
    'equals keep their order, tangents too',
    tangent((x) => lax.sort([x], 0)[0] ?? x, f64(2, 1, 1), f64(1, 2, 3)),
    [2, 3, 1],
  ),
  corner('abs', 'the slope at 0 is 1', slopes(lax.abs, f64(0, -2, 2)), [1, -1, 1]),
  corner('sign', 'it is flat', slopes(lax.sign, f64(0, -2, 2)), [0, 0, 0]),
  corner(
    'stopGradient',
    'nothing passes back',
    slopes((x) => stopGradient(x).mul(x), f64(3)),
    [3],
  ),
];

const at = (...positions: readonly number[]): NDArray => np.reshape(i32(...positions), [positions.length, 1]);
const put = (combine: 'set' | 'add' | 'mul' | 'min' | 'max', unique = false) => ({ batch: 0, combine, unique });

const lookups: readonly Corner[] = [
  corner(
    'scatter',
    'of updates at one place the last wins',
    () => lax.scatter(f64(0, 0), at(1, 1, 1), f64(1, 2, 3), put('set')),
    [0, 3],
  ),
  corner(
    'scatter',
    'and only the last has a gradient',
    slopes((u) => lax.scatter(f64(5, 5), at(1, 1), u, put('set')).mul(2), f64(1, 2)),
    [0, 2],
  ),
  corner(
    'scatter',
    'what is written over has none',
    slopes((x) => lax.scatter(x, at(1), f64(1), put('set')), f64(1, 2)),
    [1, 0],
  ),
  corner(
    'scatter',
    'updates out of range are dropped',
    () => lax.scatter(f64(0, 0), at(-1, 2, 0), f64(1, 2, 3), put('add')),
    [3, 0],
  ),
  corner(
    'scatter',
    'ties of the largest share the tangent',
    slopes((u) => lax.scatter(f64(4), at(0, 0), u, put('max')), f64(4, 1)),
    [0.5, 0],
  ),
  corner(
    'scatter',
    'unique factors have a gradient',
    slopes((u) => lax.scatter(f64(2, 3), at(1, 0), u, put('mul', true)), f64(5, 7)),
    [3, 2],
  ),
  refusal(
    'scatter',
    'factors that may repeat have none',
    slopes((u) => lax.scatter(f64(2, 3), at(1, 0), u, put('mul')), f64(5, 7)),
    'scatter multiply: expected unique indices',
  ),
  corner(
    'gather',
    'clip takes the nearest',
    () => lax.gather(f64(1, 2), at(-9, 1, 5), { batch: 0, mode: 'clip' }),
    [1, 2, 2],
  ),
  corner('gather', 'fill gives NaN', () => lax.gather(f64(1, 2), at(-1, 1, 2), { batch: 0, mode: 'fill' }), [
    NaN,
    2,
    NaN,
  ]),
  corner(
    'gather',
    'fill gives 0 for integers',
    () => lax.gather(i32(1, 2), at(-1, 1, 2), { batch: 0, mode: 'fill' }),
    [0, 2, 0],
  ),
  corner('gather', 'zero gives 0', () => lax.gather(f64(1, 2), at(-1, 1, 2), { batch: 0, mode: 'zero' }), [0, 2, 0]),
  corner(
    'gather',
    'what is filled in does not move',
    tangent((x) => lax.gather(x, at(0, 2), { batch: 0, mode: 'fill' }), f64(1, 2), f64(3, 4)),
    [3, 0],
  ),
  corner(
    'dynamicSlice',
    'a start that does not fit is moved',
    () => lax.dynamicSlice(f64(1, 2, 3), [np.array(9, 'int32')], [2]),
    [2, 3],
  ),
  corner(
    'dynamicUpdateSlice',
    'a start that does not fit is moved',
    () => lax.dynamicUpdateSlice(f64(1, 2, 3), f64(8, 9), [np.array(-4, 'int32')]),
    [8, 9, 3],
  ),
  corner(
    'sort',
    'NaN comes last, zeros of either sign are equal',
    () => lax.sort([f64(NaN, 1, 0, -0, -Infinity)], 0)[0] ?? f64(),
    [-Infinity, 0, -0, 1, NaN],
  ),
  corner('argmax', 'the first NaN wins', () => lax.argmax(f64(1, NaN, 9, NaN), 0), [1]),
  corner('argmax', 'the first of equals wins, zeros of either sign among them', () => lax.argmax(f64(-0, 0), 0), [0]),
  corner('argmin', 'the first NaN wins', () => lax.argmin(f64(1, NaN, -9), 0), [1]),
];

const pairs = { batch: 0, size: [2], stride: [1], dilation: [1], low: [0], high: [0] };
const plainly: readonly Corner[] = [
  corner('windowSum', 'adds up each window', () => lax.windowSum(f64(1, 5, 2, 4), pairs), [6, 7, 6]),
  corner('windowArgmax', 'finds the largest of each window', () => lax.windowArgmax(f64(1, 5, 2, 4), pairs), [1, 1, 3]),
  corner(
    'windowArgmin',
    'finds the smallest of each window',
    () => lax.windowArgmin(f64(1, 5, 2, 4), pairs),
    [0, 2, 2],
  ),
  corner(
    'contract',
    'is the matrix product',
    () => np.matmul(f64(1, 2, 3, 4).reshape([2, 2]), f64(5, 6).reshape([2, 1])),
    [17, 39],
  ),
  corner(
    'gather',
    'takes what stands at the positions',
    () => lax.gather(f64(10, 20, 30), at(2, 0), { batch: 0, mode: 'clip' }),
    [30, 10],
  ),
  corner(
    'scatter',
    'joins what comes to the positions',
    () => lax.scatter(f64(4, 5), at(1, 0), f64(3, 9), put('min')),
    [4, 3],
  ),
  corner(
    'sort',
    'by the first key, then by the second',
    () => lax.sort([i32(2, 1, 2, 1), i32(4, 3, 2, 1)], 0, 2)[1] ?? f64(),
    [1, 3, 2, 4],
  ),
];

const nothing = (dtype: DType): NDArray => np.zeros([0], dtype);
const window = { batch: 0, size: [1], stride: [1], dilation: [1], low: [1], high: [1] };
const folds: readonly Corner[] = [
  corner('reduceSum', 'of nothing it is 0', () => lax.reduceSum(nothing('float32'), [0]), [0]),
  corner('reduceSum', 'of -0 alone it is 0', () => lax.reduceSum(f32(-0, -0), [0]), [0]),
  corner('reduceSum', 'integers wrap', () => lax.reduceSum(i32(high, 1), [0]), [low]),
  corner('reduceProd', 'of nothing it is 1', () => lax.reduceProd(nothing('int32'), [0]), [1]),
  corner('reduceMax', 'of nothing it is the lowest float', () => lax.reduceMax(nothing('float32'), [0]), [-Infinity]),
  corner('reduceMax', 'of nothing it is the lowest integer', () => lax.reduceMax(nothing('int32'), [0]), [low]),
  corner(
    'reduceMax',
    'NaN wins, and -0 is below 0',
    () => np.stack([lax.reduceMax(f64(1, NaN), [0]), lax.reduceMax(f64(-0, 0), [0])]),
    [NaN, 0],
  ),
  corner('reduceMin', 'of nothing it is the highest integer', () => lax.reduceMin(nothing('uint8'), [0]), [255]),
  corner('reduceAnd', 'of nothing it is true', () => lax.reduceAnd(nothing('bool'), [0]), [1]),
  corner('reduceOr', 'of nothing it is false', () => lax.reduceOr(nothing('bool'), [0]), [0]),
  corner('windowSum', 'of a window with no element it is 0', () => lax.windowSum(f64(5), window), [0, 5, 0]),
  corner('windowArgmax', 'of a window with no element it is -1', () => lax.windowArgmax(f64(5), window), [-1, 0, -1]),
  corner('windowArgmin', 'of a window with no element it is -1', () => lax.windowArgmin(f64(5), window), [-1, 0, -1]),
  corner('windowArgmax', 'the largest of such a window is the lowest', () => lax.windowMax(f64(5), window), [
    -Infinity,
    5,
    -Infinity,
  ]),
  corner('contract', 'over nothing it is 0', () => np.matmul(np.zeros([1, 0]), np.zeros([0, 2])), [0, 0]),
];

/** The corners of all primitives. */
export const corners: readonly Corner[] = [derivatives, lookups, plainly, folds, elementCorners].flat();
