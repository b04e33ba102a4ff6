/** What a law is: a name and a check that any test runner can call. */
import * as fc from 'fast-check';

export interface Parameters {
  /** How many random cases. */
  readonly runs?: number;
  readonly seed?: number;
  /** Where to go on in a failing run, as its message says. */
  readonly path?: string;
  /** Stop drawing cases after this long; those drawn must hold. */
  readonly milliseconds?: number;
  /** Told how many cases held. */
  readonly counted?: (cases: number) => void;
}

/** A law does not hold; says how to see it again. */
export class LawError extends Error {
  override readonly name = 'LawError';
  readonly law: string;
  /** What replays the smallest case, where chance made it. */
  readonly replay: { readonly seed: number; readonly path: string } | null;
  constructor(law: string, report: string, replay: LawError['replay'], cause: unknown) {
    super(`law broken: ${law}\n${report}`, { cause });
    this.law = law;
    this.replay = replay;
  }
}

export interface Law {
  readonly name: string;
  /** Throws a `LawError` that names the law, the seed and the smallest counterexample. */
  readonly check: (parameters?: Parameters) => void;
  /** What its checks so far are worth: for example, how many cases they could not compare. */
  readonly note?: () => string;
}

const defaultRuns = 30;

/** A law from a fast-check property. */
export const law = <T>(name: string, property: fc.IProperty<T>, note?: () => string): Law => ({
  name,
  ...(note === undefined ? {} : { note }),
  check: ({ runs = defaultRuns, seed, path, milliseconds, counted } = {}) => {
    const details = fc.check(property, {
      numRuns: runs,
      ...(seed === undefined ? {} : { seed }),
      ...(path === undefined ? {} : { path }),
      ...(milliseconds === undefined ? {} : { interruptAfterTimeLimit: milliseconds }),
    });
    // Sound: the property is synchronous, so that its details are too.
    const outcome = details as fc.RunDetails<T>;
    if (!outcome.failed) return counted?.(outcome.numRuns);
    const replay = { seed: outcome.seed, path: outcome.counterexamplePath ?? '' };
    const report = [
      messageOf(outcome.errorInstance),
      `replay: ${JSON.stringify(replay)}`,
      fc.defaultReportMessage(outcome),
    ];
    throw new LawError(name, report.join('\n'), replay, outcome.errorInstance);
  },
});

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** A law about one case, without chance. */
export const fact = (name: string, check: () => void): Law => ({
  name,
  check: ({ counted } = {}) => {
    try {
      check();
      counted?.(1);
    } catch (cause) {
      throw new LawError(name, messageOf(cause), null, cause);
    }
  },
});
