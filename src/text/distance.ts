/** How far texts are apart. */
import { characters } from './tokenize.ts';

/**
 * The least number of insertions, deletions and replacements that make one sequence of the other (Levenshtein 1966); texts count by code point. Divided by
 * the length of the truth it is the character or word error rate. Time is the product of the lengths.
 */
export const editDistance = (a: string | readonly string[], b: string | readonly string[]): number => {
  const [left, right] = [typeof a === 'string' ? characters(a) : a, typeof b === 'string' ? characters(b) : b];
  const row = Int32Array.from({ length: right.length + 1 }, (_, j) => j);
  left.forEach((token, i) => {
    let diagonal = row[0] ?? 0;
    row[0] = i + 1;
    for (let j = 1; j < row.length; j++) {
      const above = row[j] ?? 0;
      row[j] = Math.min(above + 1, (row[j - 1] ?? 0) + 1, diagonal + (token === right[j - 1] ? 0 : 1));
      diagonal = above;
    }
  });
  return row[right.length] ?? 0;
};
