/** Where in the user's code an equation comes from. Captured when a user call is recorded; copied by transformations. */
import { userFrames, withDeepStack } from '../array/source.ts';

/** A captured stack; it is formatted only when somebody asks. */
export interface Origin {
  readonly stack?: string;
}

let inherited: Origin | null = null;

/** The origin of the equation that is being applied now, if a program is. */
export const handedOn = (): Origin | null => inherited;

/** The origin for an equation recorded now: the inherited one while a program is being transformed, else the user's stack. */
export const originHere = (): Origin => {
  if (inherited !== null) return inherited;
  const made: Origin = {};
  withDeepStack(() => Error.captureStackTrace(made, originHere));
  return made;
};

/** Run `body` so that what it records comes from `origin`. */
export const withOrigin = <A>(origin: Origin | null, body: () => A): A => {
  const before = inherited;
  inherited = origin ?? before;
  try {
    return body();
  } finally {
    inherited = before;
  }
};

/** Up to three frames of the user's code, innermost first. */
export const framesOf = (origin: Origin | null): readonly string[] => userFrames(origin?.stack);
