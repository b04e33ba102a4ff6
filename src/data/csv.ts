/** CSV files, through the optional package `csv-parse`: a bad row is one sentence with its line and column. */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import { messageOf } from '../array/errors.ts';
import { faultOf } from '../io/explain.ts';
import { readText } from '../io/read.ts';
import { later, peer } from '../peer.ts';

export interface CsvOptions {
  /** What stands between cells. Default `,`. */
  readonly delimiter?: string;
  /** The names of the columns of a file without a header line. */
  readonly names?: readonly string[];
  /** What a line begins with that is to be skipped. By default none is. */
  readonly comment?: string;
}

/** A row as it stands in the file. */
export interface RawRow {
  /** The line on which it ends, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A file taken apart: every row has a cell for every name. */
export interface RawTable {
  readonly names: readonly string[];
  readonly rows: readonly RawRow[];
}

const Parsed = t.array(t.type({ record: t.array(t.string), info: t.type({ lines: t.number }) }));
/** What was thrown, on one line. */
const lineOf = (cause: unknown): string => messageOf(cause).replaceAll('\n', ' ');

const tableOf = (raw: readonly RawRow[], name: string, given?: readonly string[]): E.Either<string, RawTable> => {
  const names = given ?? raw[0]?.cells;
  const rows = given === undefined ? raw.slice(1) : raw;
  if (names === undefined)
    return E.left(`${name}: expected a header line with the names of columns, got nothing. Is the file empty?`);
  const twice = names.find((column, i) => names.indexOf(column) !== i);
  if (twice !== undefined)
    return E.left(`${name}: expected each column once, got ${JSON.stringify(twice)} twice. Rename one of them.`);
  const ragged = rows.find(({ cells }) => cells.length !== names.length);
  return ragged === undefined
    ? E.right({ names, rows })
    : E.left(
        `${name}: line ${ragged.line}: expected ${names.length} cells, got ${ragged.cells.length}. Look for a missing or unquoted delimiter.`,
      );
};

/** The cells of a CSV text; `name` stands in the sentences. */
export const parseCsv = (text: string, name: string, options: CsvOptions = {}): TE.TaskEither<string, RawTable> =>
  pipe(
    TE.tryCatch(() => peer('readCsv', 'csv-parse', () => import('csv-parse/sync').catch(later)), lineOf),
    TE.flatMapEither(({ parse }) =>
      E.tryCatch(
        (): unknown =>
          parse(text, {
            info: true,
            bom: true,
            skip_empty_lines: true,
            relax_column_count: true,
            delimiter: options.delimiter ?? ',',
            ...(options.comment === undefined ? {} : { comment: options.comment, comment_no_infix: true }),
          }),
        (cause) => `${name}: expected comma-separated values, got a fault: ${lineOf(cause)}. Correct the line.`,
      ),
    ),
    TE.flatMapEither((parsed) =>
      pipe(
        Parsed.decode(parsed),
        E.mapLeft(() => `${name}: expected rows of text, got other values. Update csv-parse.`),
      ),
    ),
    TE.flatMapEither((parsed) =>
      tableOf(
        parsed.map(({ record, info }) => ({ line: info.lines, cells: record })),
        name,
        options.names,
      ),
    ),
  );

/** Where a column stands; `Left` lists the columns that there are. */
export const positionOf = ({ names }: RawTable, column: string, name: string): E.Either<string, number> => {
  const at = names.indexOf(column);
  return at >= 0
    ? E.right(at)
    : E.left(
        `${name}: expected a column ${JSON.stringify(column)}, got ${names.map((known) => JSON.stringify(known)).join(', ')}. Choose one of these.`,
      );
};

/** The sentence about a cell. */
export const badCell = (name: string, { line, cells }: RawRow, at: number, column: string, expected: string): string =>
  `${name}: line ${line}, column ${at + 1} (${column}): expected ${expected}, got ${JSON.stringify(cells[at] ?? '')}. Correct the cell.`;

/** A codec of text for each column that is wanted. */
export interface Columns {
  readonly [name: string]: t.Decoder<unknown, unknown>;
}
/** A row as its codecs read it. */
export type Row<C extends Columns> = {
  readonly [name in keyof C]: C[name] extends t.Decoder<unknown, infer A> ? A : never;
};

const decodeRows = <C extends Columns>(
  table: RawTable,
  columns: C,
  name: string,
): E.Either<string, readonly Row<C>[]> => {
  const wanted: (readonly [string, number, t.Decoder<unknown, unknown>])[] = [];
  for (const [column, codec] of Object.entries(columns)) {
    const at = positionOf(table, column, name);
    if (E.isLeft(at)) return at;
    wanted.push([column, at.right, codec]);
  }
  const rows: Row<C>[] = [];
  for (const row of table.rows) {
    const entries: (readonly [string, unknown])[] = [];
    for (const [column, at, codec] of wanted) {
      const value = codec.decode(row.cells[at]);
      if (E.isLeft(value)) return E.left(badCell(name, row, at, column, faultOf(value.left).expected));
      entries.push([column, value.right]);
    }
    rows.push(Object.fromEntries(entries) as Row<C>); // sound: one entry for each codec
  }
  return E.right(rows);
};

/** The rows of a CSV text as `readCsv` reads them; `name` stands in the sentences. */
export const decodeCsv = <C extends Columns>(
  text: string,
  name: string,
  columns: C,
  options: CsvOptions = {},
): TE.TaskEither<string, readonly Row<C>[]> =>
  pipe(
    parseCsv(text, name, options),
    TE.flatMapEither((table) => decodeRows(table, columns, name)),
  );

/**
 * Read a CSV file, gzipped or not, as records: a codec for each column that is wanted, such as `{ age: cell.number, name: cell.text }`.
 * A cell that its codec does not take is `Left` with line, column and what was expected; `cell.optional` allows missing values.
 */
export const readCsv = <C extends Columns>(
  path: string,
  columns: C,
  options: CsvOptions = {},
): TE.TaskEither<string, readonly Row<C>[]> =>
  pipe(
    readText(path),
    TE.flatMap((text) => decodeCsv(text, path, columns, options)),
  );
