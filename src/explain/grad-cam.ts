/** Where a convolutional network looks: feature maps weighted by what they do to a class. */
import { FluxionError, ShapeError } from '../array/errors.ts';
import { isNDArray, splat, type ArrayLike, type NDArray } from '../array/ndarray.ts';
import { showType } from '../array/type.ts';
import { grad } from '../grad.ts';
import { capture, intervene } from '../nn/capture.ts';
import type { Layer } from '../nn/layer.ts';
import { add, maximum, multiply } from '../operations/arithmetic.ts';
import { asFloat } from '../operations/promotion.ts';
import { mean, sum } from '../operations/reduction.ts';
import { scoreFunction, type ClassChoice } from './score.ts';

/** What the part at a path gives; refuses paths that are not there, and parts that give no array. */
export const activationAt = <P, S>(
  operation: string,
  model: Layer<P, S>,
  params: P,
  state: S,
  x: NDArray,
  path: string,
): NDArray => {
  const [, seen] = capture(model)(params, state, x);
  const found = Object.hasOwn(seen, path) ? seen[path] : undefined;
  if (!isNDArray(found))
    throw new FluxionError(
      'explain.path',
      `${operation}: expected the path of a part that gives an array, got ${path}. There are ${Object.keys(seen).join(', ') || 'no named parts'}.`,
    );
  return found;
};

export interface GradCamOptions {
  /** The path of the layer whose feature maps `[..., h, w, c]` are weighted, usually the last convolution. */
  readonly layer: string;
  readonly class: ClassChoice;
}

/**
 * Gradient-weighted class activation map (Selvaraju et al. 2017, equations 1 and 2): the feature maps of a layer, each weighted by
 * the mean over places of the gradient of the class score with respect to it, added up, and cut off below 0. One map `[..., h, w]` of the size of
 * the feature maps for each example; `overlay` of `fluxion/plot` brings it to that of the picture.
 */
export const gradCam = <P, S>(
  model: Layer<P, S>,
  params: P,
  state: S,
  x: ArrayLike,
  { layer, class: choice }: GradCamOptions,
): NDArray => {
  const at = asFloat(x);
  const maps = activationAt('gradCam', model, params, state, at, layer);
  if (maps.ndim < 3)
    throw new ShapeError(
      `gradCam: expected feature maps [..., h, w, c] at ${layer}, got ${showType(maps.type)}. Name a layer before the maps are flattened.`,
      'shape.explain',
    );
  // The gradient with respect to what a layer gives is that with respect to what is added to it.
  const moved = (delta: NDArray): NDArray => {
    const shifted = intervene(model, (path, value) => (path === layer && isNDArray(value) ? add(value, delta) : value));
    return sum(scoreFunction('gradCam', { model: shifted, params, state }, choice)(at));
  };
  const weights = mean(grad(moved)(splat(maps.type, 0)), { axis: [-3, -2], keepdims: true });
  return maximum(sum(multiply(weights, maps), -1), 0);
};
