/** One form for texts that mean the same: Unicode forms, case, accents, punctuation, blanks. */

export interface NormalizeOptions {
  /** The normalization form of Unicode (UAX 15), or `null` to leave the text as it is coded. Default `NFC`. */
  readonly form?: 'NFC' | 'NFD' | 'NFKC' | 'NFKD' | null;
  /** Whether letters become small, by the rules of Unicode that hold in every language. Default false. */
  readonly lowercase?: boolean;
  /** Whether marks are taken off their letters: `é` becomes `e`. Default false. */
  readonly stripAccents?: boolean;
  /** Whether punctuation and symbols become blanks. Default false. */
  readonly stripPunctuation?: boolean;
  /** Whether runs of white space become one blank, and none stands at the ends. Default false. */
  readonly collapseWhitespace?: boolean;
}

/** A text in the form that options ask for. */
export const normalize = (text: string, options: NormalizeOptions = {}): string => {
  const { form = 'NFC', lowercase, stripAccents, stripPunctuation, collapseWhitespace } = options;
  const formed = (given: string): string => (form === null ? given : given.normalize(form));
  // Compatibility forms may hold capitals and marks, small letters and stripped ones may compose: so before and after.
  let result = formed(text);
  if (lowercase === true) result = result.toLowerCase();
  if (stripAccents === true) result = result.normalize('NFD').replaceAll(/\p{Mn}/gu, '');
  result = formed(result);
  if (stripPunctuation === true) result = result.replaceAll(/[\p{P}\p{S}]/gu, ' ');
  return collapseWhitespace === true ? result.replaceAll(/\s+/gu, ' ').trim() : result;
};
