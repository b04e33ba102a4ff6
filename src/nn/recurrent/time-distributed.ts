/** One layer at each step of a sequence. */
import { FluxionError } from '../../array/errors.ts';
import { isNDArray, type NDArray } from '../../array/ndarray.ts';
import type { Layer } from '../layer.ts';
import { applyPart, contexts } from '../parts.ts';

import type { Sequence } from './sequence.ts';

/**
 * A layer of one step, at every step: `[..., time, in] -> [..., time, out]`. Time is a batch axis to it, so that parameters are shared. A mask
 * is not asked for; `keepMask` hands it on.
 */
export const timeDistributed = <P, S>(layer: Layer<P, S>): Layer<P, S, Sequence> => ({
  anatomy: { kind: 'timeDistributed', parts: [['layer', layer]] },
  init: (key, shapes) => {
    const [time, ...one] = 'x' in shapes ? shapes.x : shapes;
    if (time === undefined)
      throw new FluxionError(
        'nn.timeDistributed',
        'timeDistributed: expected examples with an axis of time, got scalars. Put time first.',
      );
    const { params, state, outputShape } = layer.init(key, one);
    return { params, state, outputShape: [time, ...outputShape] };
  },
  apply: (params, state, sequence, context) => {
    const [own = context] = contexts(context, ['layer']);
    const [y, next] = applyPart(layer, params, state, isNDArray(sequence) ? sequence : sequence.x, own);
    return [y as NDArray, next as S]; // sound: the layer gives an array and its state
  },
});
