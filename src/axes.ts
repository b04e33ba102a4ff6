/** Named batch axes: what `psum` and its kin speak of while a function under `vmap` is being traced. */
import { TraceError } from './array/errors.ts';
import { splat, type NDArray } from './array/ndarray.ts';
import type { AxisName } from './core/primitive.ts';
import { div } from './primitives/arithmetic.ts';
import { axisIndex as axisIndexOf, psum as psumOf } from './primitives/collective.ts';
import { map } from './tree/traverse.ts';

interface Bound {
  readonly axis: AxisName;
  readonly size: number;
}

const bound: Bound[] = [];

/** Trace `body` with a batch axis bound to its name. */
export const withAxis = <A>(axis: AxisName | null, size: number, body: () => A): A => {
  if (axis === null) return body();
  bound.push({ axis, size });
  try {
    return body();
  } finally {
    bound.pop();
  }
};

const find = (operation: string, name: string): Bound => {
  const found = bound.findLast((b) => b.axis.name === name);
  if (found === undefined)
    throw new TraceError(
      `${operation}: expected a vmap with axisName '${name}' around it, got ${bound.length === 0 ? 'none' : bound.map((b) => b.axis.name).join(', ')}. Name the axis in vmap.`,
      'trace.axis',
    );
  return found;
};

/** The sum over a named batch axis, the same for every example. Arrays or trees of them. */
export const psum = <T>(x: T, axisName: string): T => {
  const { axis } = find('psum', axisName);
  return map((leaf: NDArray) => psumOf(leaf, axis), x);
};

/** The mean over a named batch axis. */
export const pmean = <T>(x: T, axisName: string): T => {
  const { axis, size } = find('pmean', axisName);
  return map((leaf: NDArray) => div(psumOf(leaf, axis), splat(leaf.type, size)), x);
};

/** The position of the example along a named batch axis, an int32 scalar. */
export const axisIndex = (axisName: string): NDArray => axisIndexOf(find('axisIndex', axisName).axis);
