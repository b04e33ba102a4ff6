/** Tangents and cotangents as lists: `null` is zero. */
import { splat, type NDArray } from '../array/ndarray.ts';
import type { ArrayType } from '../array/type.ts';
import { zipExact } from './graph.ts';
import type { Mask, Tangent } from './primitive.ts';

/** A tangent or cotangent made dense. */
export const dense = (tangent: Tangent, type: ArrayType): NDArray => tangent ?? splat(type, 0);
/** The tangents of values, all made dense. */
export const denseAt = (tangents: readonly Tangent[], primals: readonly NDArray[]): readonly NDArray[] =>
  zipExact(tangents, primals).map(([dx, x]) => dense(dx, x.type));
/** Which are not zero. */
export const isMoving = (tangents: readonly Tangent[]): Mask => tangents.map((dx) => dx !== null);
/** Those that are there. */
export const present = (items: readonly Tangent[]): readonly NDArray[] => items.flatMap((x) => x ?? []);
