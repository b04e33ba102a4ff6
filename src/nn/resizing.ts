/** Images of one size, whatever the size of the input. */
import { checkSizes, resize, type ResizeOptions } from '../operations/image-resize.ts';
import { settingsOf } from './parts.ts';
import type { Layer } from './layer.ts';
import { spatialOf } from './window.ts';

/**
 * Images `[..., h, w, channels] -> [..., height, width, channels]`, by `image.resize` of fluxion/data: `bilinear` (the default) or `nearest`. It averages
 * where it makes an image smaller, as `jax.image.resize` does; Keras's `Resizing` does not: give `antialias: false` for that.
 */
export const resizing = (height: number, width: number, options: ResizeOptions = {}): Layer<null, null> => ({
  anatomy: { kind: 'resizing', settings: settingsOf({ height, width, ...options }) },
  init: (_, inputShape) => {
    const [extents, channels] = spatialOf('resizing', inputShape, 2);
    checkSizes('resizing', extents, [height, width]);
    return { params: null, state: null, outputShape: [height, width, channels] };
  },
  apply: (_, state, x) => [resize(x, [height, width], options), state],
});
