/** What a codec found wrong, as a sentence. */
import type * as t from 'io-ts';

/** The innermost fault of a decoding: where it is, what was expected there, what was got. */
export interface Fault {
  /** Field names and positions, without the root. */
  readonly path: readonly string[];
  readonly expected: string;
  readonly got: string;
}

const shortest = (text: string): string => (text.length <= 60 ? text : `${text.slice(0, 57)}...`);
const show = (value: unknown): string => {
  try {
    return shortest(JSON.stringify(value) ?? 'nothing');
  } catch {
    return 'a value that is no JSON';
  }
};

/** The first fault of a failed decoding. */
export const faultOf = ([first]: t.Errors): Fault => ({
  path: first?.context.map(({ key }) => key).filter((key) => key !== '') ?? [],
  expected: first?.context.at(-1)?.type.name ?? 'another value',
  got: show(first?.value),
});

/** The first fault as a sentence, its path behind `at`. */
export const explain = (errors: t.Errors, at: string, remedy = 'The file is damaged or of another kind.'): string => {
  const { path, expected, got } = faultOf(errors);
  return `${[at, ...path].join('.')}: expected ${expected}, got ${got}. ${remedy}`;
};
