/** What a law is: a name and a check that any test runner can call. */
import * as fc from 'fast-check';

export interface Parameters {
  /** How many random cases. */
  readonly runs?: number;
  readonly seed?: number;
  /** Where to go on in a failing run, as its message says. */
  readonly path?: string;
}

export interface Law {
  readonly name: string;
  /** Throws an error that names the law, the seed and the smallest counterexample. */
  readonly check: (parameters?: Parameters) => void;
  /** What its checks so far are worth: for example, how many cases they could not compare. */
  readonly note?: () => string;
}

const defaultRuns = 30;

/** A law from a fast-check property. */
export const law = <T>(name: string, property: fc.IProperty<T>, note?: () => string): Law => ({
  name,
  ...(note === undefined ? {} : { note }),
  check: ({ runs = defaultRuns, seed, path } = {}) => {
    const details = fc.check(property, {
      numRuns: runs,
      ...(seed === undefined ? {} : { seed }),
      ...(path === undefined ? {} : { path }),
    });
    // Sound: the property is synchronous, so that its details are too.
    const outcome = details as fc.RunDetails<T>;
    if (!outcome.failed) return;
    const replay = `replay: { seed: ${outcome.seed}, path: '${outcome.counterexamplePath ?? ''}' }`;
    const cause = outcome.errorInstance;
    const fault = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`law broken: ${name}\n${fault}\n${replay}\n${fc.defaultReportMessage(outcome) ?? 'no report'}`, {
      cause,
    });
  },
});

/** A law about one case, without chance. */
export const fact = (name: string, check: () => void): Law => ({
  name,
  check: () => {
    try {
      check();
    } catch (cause) {
      throw new Error(`law broken: ${name}\n${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  },
});
