/** `fluxion/explain` without any other entry point. */
import { expect, test } from 'vitest';
import { saliency } from '../../src/explain/index.ts';
import type { Layer } from '../../src/nn/layer.ts';

test('arrays have their methods and the library runs where explain alone is imported', () => {
  const squares: Layer<null, null> = {
    init: (_key, inputShape) => ({ params: null, state: null, outputShape: inputShape }),
    apply: (_params, state, x) => [x.multiply(x), state],
  };
  expect(saliency(squares, null, null, [1, 2, 3], 1).toString()).toBe('[0. 4. 0.]');
});
