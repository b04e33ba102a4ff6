/** Codecs for the cells of a CSV file: text to values and back. Any io-ts codec of text will do as well. */
import * as t from 'io-ts';

/** A codec of text by a function that gives `undefined` for text that it does not take. */
const fromText = <A>(
  name: string,
  is: (value: unknown) => value is A,
  read: (text: string) => A | undefined,
): t.Type<A, string, unknown> =>
  new t.Type(
    name,
    is,
    (input, context) => {
      const value = typeof input === 'string' ? read(input.trim()) : undefined;
      return value === undefined ? t.failure(input, context) : t.success(value);
    },
    String,
  );

const isNumber = (value: unknown): value is number => typeof value === 'number';
const numberOf = (text: string): number | undefined => {
  const value = text === '' ? NaN : Number(text);
  return Number.isNaN(value) ? undefined : value;
};

/** A number as JavaScript reads it: `1`, `-2.5e3`, `Infinity`; not NaN and not nothing. */
export const number = fromText('a number', isNumber, numberOf);

/** A whole number that JavaScript holds exactly. */
export const integer = fromText('a whole number', isNumber, (text) => {
  const value = numberOf(text);
  return Number.isSafeInteger(value) ? value : undefined;
});

/** `true`, `false` in any case, `1`, `0`. */
export const boolean = fromText(
  'true or false',
  (value): value is boolean => typeof value === 'boolean',
  (text) => ({ true: true, '1': true, false: false, '0': false })[text.toLowerCase()],
);

/** The text as it stands. */
export const text = t.string;

/** One of some texts. */
export const oneOf = <const T extends readonly string[]>(...choices: T): t.Type<T[number], string, unknown> => {
  const isChoice = (value: unknown): value is T[number] => choices.some((choice) => choice === value);
  return fromText(`one of ${choices.join(', ')}`, isChoice, (cell) => (isChoice(cell) ? cell : undefined));
};

/** What files write for a value that is not there. */
export const missingMarks: readonly string[] = ['', 'NA', 'N/A', 'NaN', 'nan', 'null', '?'];
/** Whether a cell holds no value. */
export const isMissing = (cell: string): boolean => missingMarks.includes(cell.trim());

/** `null` for a cell without a value (`missingMarks`), else what the codec makes of it. */
export const optional = <A>(codec: t.Type<A, string, unknown>): t.Type<A | null, string, unknown> =>
  new t.Type<A | null, string, unknown>(
    `${codec.name}, or nothing`,
    (value): value is A | null => value === null || codec.is(value),
    (input, context) =>
      typeof input === 'string' && isMissing(input) ? t.success(null) : codec.validate(input, context),
    (value) => (value === null ? '' : codec.encode(value)),
  );
