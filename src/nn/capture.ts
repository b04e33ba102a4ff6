/** What the named parts of a model give, as a result of its own. */
import type { Context, Layer } from './layer.ts';

/** What each part gave, by its path; a part applied again stands under `path#2`. */
export interface Activations {
  readonly [path: string]: unknown;
}

/**
 * A model's `apply` that also gives what every named part gave: `(params, state, x, context) -> [[y, state], activations]`.
 * Pure, so that it may be transformed. Parts are named by the keys of records, by `named`, or by their position.
 *
 * @example const [[y], { hidden }] = capture(model)(params, state, x)
 */
export const capture =
  <P, S, In, Out>({ apply }: Pick<Layer<P, S, In, Out>, 'apply'>) =>
  (
    params: P,
    state: S,
    x: In,
    context: Context = {},
  ): readonly [result: readonly [Out, S], activations: Activations] => {
    const seen = new Map<string, unknown>();
    const fresh = (path: string, n = 1): string => {
      const place = n === 1 ? path : `${path}#${n}`;
      return seen.has(place) ? fresh(path, n + 1) : place;
    };
    const result = apply(params, state, x, {
      ...context,
      tap: (path, value) => {
        const going = context.tap === undefined ? value : context.tap(path, value);
        seen.set(fresh(path), going);
        return going;
      },
    });
    return [result, Object.fromEntries(seen)];
  };

/**
 * A model that puts other values in the place of what its parts give: `change` sees each and returns what goes on. With it a part is
 * switched off, or the derivative with respect to an intermediate value is taken by adding to it.
 *
 * @example intervene(model, (path, value) => (path === 'conv' ? np.add(value, delta) : value))
 */
export const intervene = <P, S, In, Out>(
  model: Layer<P, S, In, Out>,
  change: (path: string, value: unknown) => unknown,
): Layer<P, S, In, Out> => ({
  ...model,
  apply: (params, state, x, context) =>
    model.apply(params, state, x, {
      ...context,
      tap: (path, value) => change(path, context.tap === undefined ? value : context.tap(path, value)),
    }),
});
