/** CSV files as arrays: columns of numbers, and columns of categories counted through. */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { allocate } from '../array/dtype.ts';
import { fromStore, type NDArray } from '../array/ndarray.ts';
import { readText } from '../io/read.ts';
import { isMissing, number } from './cell.ts';
import { badCell, parseCsv, positionOf, type CsvOptions, type RawRow, type RawTable } from './csv.ts';

export interface TableOptions<N extends string, C extends string> extends CsvOptions {
  /** The columns of numbers that are wanted. */
  readonly numbers: readonly N[];
  /** The columns of categories that are wanted. */
  readonly categories?: readonly C[];
  /** The type of the numbers. Default float32. */
  readonly dtype?: 'float32' | 'float64';
  /**
   * What becomes of cells without a value (`''`, `NA`, `?`, ...): `refuse` the file (the default), read `nan` (in categories -1), or
   * `skip` the row.
   */
  readonly missing?: 'refuse' | 'nan' | 'skip';
}

/** A column of categories. */
export interface Category {
  /** int32 `[rows]`: which of the classes; -1 for a missing one. */
  readonly codes: NDArray;
  /** The distinct texts of the column, sorted. */
  readonly classes: readonly string[];
}

/** The columns of a file, all of one length. */
export interface Table<N extends string, C extends string> {
  readonly rows: number;
  /** Each `[rows]`. */
  readonly numbers: { readonly [name in N]: NDArray };
  readonly categories: { readonly [name in C]: Category };
}

const numbersOf = (
  rows: readonly RawRow[],
  at: number,
  column: string,
  name: string,
  dtype: 'float32' | 'float64',
): E.Either<string, NDArray> => {
  const store = allocate(dtype, rows.length);
  for (const [i, row] of rows.entries()) {
    const cell = row.cells[at] ?? '';
    const value = isMissing(cell) ? E.right(NaN) : number.decode(cell);
    if (E.isLeft(value)) return E.left(badCell(name, row, at, column, number.name));
    store[i] = value.right;
  }
  return E.right(fromStore({ dtype, shape: [rows.length] }, store));
};

const categoryOf = (rows: readonly RawRow[], at: number): Category => {
  const texts = rows.map(({ cells }) => (cells[at] ?? '').trim());
  const classes = [...new Set(texts)].filter((text) => !isMissing(text)).toSorted();
  const numbered = new Map(classes.map((text, code) => [text, code]));
  const codes = Int32Array.from(texts, (text) => numbered.get(text) ?? -1);
  return { codes: fromStore({ dtype: 'int32', shape: [rows.length] }, codes), classes };
};

type Positions = readonly (readonly [string, number])[];
const positionsOf = (table: RawTable, columns: readonly string[], name: string): E.Either<string, Positions> => {
  const found: (readonly [string, number])[] = [];
  for (const column of columns) {
    const at = positionOf(table, column, name);
    if (E.isLeft(at)) return at;
    found.push([column, at.right]);
  }
  return E.right(found);
};

/** The rows that stay under a policy; `Left` names the first missing value where they are refused. */
const complete = (
  rows: readonly RawRow[],
  wanted: Positions,
  name: string,
  policy: 'refuse' | 'nan' | 'skip',
): E.Either<string, readonly RawRow[]> => {
  if (policy === 'nan') return E.right(rows);
  const gapOf = ({ cells }: RawRow) => wanted.find(([, at]) => isMissing(cells[at] ?? ''));
  if (policy === 'skip') return E.right(rows.filter((row) => gapOf(row) === undefined));
  for (const row of rows) {
    const gap = gapOf(row);
    if (gap !== undefined)
      return E.left(
        `${name}: line ${row.line}, column ${gap[1] + 1} (${gap[0]}): expected a value, got ${JSON.stringify(row.cells[gap[1]] ?? '')}. Correct the cell, or read with { missing: 'nan' } or { missing: 'skip' }.`,
      );
  }
  return E.right(rows);
};

const columnsOf = <N extends string, C extends string>(
  table: RawTable,
  name: string,
  { numbers, categories = [], dtype = 'float32', missing = 'refuse' }: TableOptions<N, C>,
): E.Either<string, Table<N, C>> =>
  pipe(
    E.Do,
    E.bind('counted', () => positionsOf(table, numbers, name)),
    E.bind('classed', () => positionsOf(table, categories, name)),
    E.bind('rows', ({ counted, classed }) => complete(table.rows, [...counted, ...classed], name, missing)),
    E.flatMap(({ counted, classed, rows }): E.Either<string, Table<N, C>> => {
      const read: (readonly [string, NDArray])[] = [];
      for (const [column, at] of counted) {
        const values = numbersOf(rows, at, column, name, dtype);
        if (E.isLeft(values)) return values;
        read.push([column, values.right]);
      }
      return E.right({
        rows: rows.length,
        numbers: Object.fromEntries(read) as Table<N, C>['numbers'], // sound: an entry for each name in `numbers`
        // Sound: an entry for each name in `categories`.
        categories: Object.fromEntries(classed.map(([column, at]) => [column, categoryOf(rows, at)])) as Table<
          N,
          C
        >['categories'],
      });
    }),
  );

/** The columns of a CSV text as `readTable` reads them; `name` stands in the sentences. */
export const decodeTable = <const N extends string, const C extends string = never>(
  text: string,
  name: string,
  options: TableOptions<N, C>,
): TE.TaskEither<string, Table<N, C>> =>
  pipe(
    parseCsv(text, name, options),
    TE.flatMapEither((table) => columnsOf(table, name, options)),
  );

/**
 * Read columns of a CSV file, gzipped or not, as arrays. `np.stack(Object.values(table.numbers), 1)` makes a matrix of them.
 * A cell that is no number is `Left` with its line and column.
 */
export const readTable = <const N extends string, const C extends string = never>(
  path: string,
  options: TableOptions<N, C>,
): TE.TaskEither<string, Table<N, C>> =>
  pipe(
    readText(path),
    TE.flatMap((text) => decodeTable(text, path, options)),
  );
