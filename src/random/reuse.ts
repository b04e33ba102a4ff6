/** Finding keys that are used twice. */
import { FluxionError } from '../array/errors.ts';
import type { NDArray } from '../array/ndarray.ts';
import { userFrames, withDeepStack } from '../array/source.ts';

/** A key that was drawn from or split before. `first` is the user's line of that use, `place` that of the second. */
export class KeyReuseError extends FluxionError {
  override get name(): string {
    return 'KeyReuseError';
  }
  readonly first: string | null;
  constructor(first: string | null) {
    super(
      'random.keyReuse',
      `random: expected a key that was not used, got one used at ${first ?? 'an unknown line'}. Split it and use each part once, or clone it.`,
    );
    this.first = first;
  }
}

/** The keys used since the check began, with the lines; `null` while nothing is checked. */
let uses: WeakMap<NDArray, string | null> | null = null;

/** Note that a key is drawn from or split. */
export const consume = (key: NDArray): void => {
  if (uses === null) return;
  if (uses.has(key)) throw new KeyReuseError(uses.get(key) ?? null);
  uses.set(
    key,
    userFrames(
      withDeepStack(() => new Error('here').stack),
      1,
    )[0] ?? null,
  );
};

/**
 * Runs `f`; a key value from which it draws or splits twice is a `KeyReuseError`. Folding numbers into a key uses nothing up. What is
 * checked is the value in hand: two keys of one seed are two, and a jitted function is checked while it is traced.
 *
 * @example debugKeyReuse(() => [random.normal(key), random.uniform(key)]) // throws
 */
export const debugKeyReuse = <A>(f: () => A): A => {
  const before = uses;
  uses = new WeakMap();
  try {
    return f();
  } finally {
    uses = before;
  }
};
