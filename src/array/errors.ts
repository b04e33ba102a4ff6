/** The typed errors of the numeric core. Each message reads `operation: expected E, got G. Remedy.`, then the user's line. */
import { userFrames, withDeepStack } from './source.ts';

/** What every error of the library carries: a stable `code` for programs, a sentence for people. */
export class FluxionError extends Error {
  override get name(): string {
    return 'FluxionError';
  }
  readonly code: string;
  /** `file:line:column` of the user's code, if the stack shows it. */
  readonly place: string | null;
  constructor(code: string, message: string, place: string | null = null) {
    super(message);
    this.code = code;
    // Deep enough that the user's line is in it, whatever stands between.
    if (typeof Error.captureStackTrace === 'function') withDeepStack(() => Error.captureStackTrace(this, new.target));
    this.place = place ?? userFrames(this.stack, 1)[0] ?? null;
    if (this.place !== null) this.message = `${message} (${this.place})`;
  }
}

/** What was thrown, in words. */
export const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** Arrays whose shapes do not fit together or do not fit the operation. */
export class ShapeError extends FluxionError {
  override get name(): string {
    return 'ShapeError';
  }
  constructor(message: string, code = 'shape') {
    super(code, message);
  }
}

/** An element type that the operation does not take. */
export class DTypeError extends FluxionError {
  override get name(): string {
    return 'DTypeError';
  }
  constructor(message: string, code = 'dtype') {
    super(code, message);
  }
}

/** An index or axis outside its range, or an index expression that cannot be read. */
export class IndexError extends FluxionError {
  override get name(): string {
    return 'IndexError';
  }
  constructor(message: string, code = 'index') {
    super(code, message);
  }
}

/** A traced value used where a concrete one is needed, or outside of its transformation. */
export class TraceError extends FluxionError {
  override get name(): string {
    return 'TraceError';
  }
  constructor(message: string, code = 'trace', place: string | null = null) {
    super(code, message, place);
  }
}

/** A tree of the wrong structure, or a value that is no tree. The message begins with the path. */
export class TreeError extends FluxionError {
  override get name(): string {
    return 'TreeError';
  }
  constructor(message: string, code = 'tree') {
    super(code, message);
  }
}

/** Something the library does not do, said plainly, with what to do instead. */
export class UnsupportedError extends FluxionError {
  override get name(): string {
    return 'UnsupportedError';
  }
  constructor(message: string, code = 'unsupported') {
    super(code, message);
  }
}

/** A fault of the library itself: an invariant that does not hold. */
export class InternalError extends FluxionError {
  override get name(): string {
    return 'InternalError';
  }
  constructor(message: string) {
    super('internal', `${message} This is a fault of fluxion; please report it.`);
  }
}
