import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cell, decodeCsv, decodeJson, decodeTable, orThrow, readCsv, readJson, readTable } from 'fluxion/data';

const left = (either: E.Either<string, unknown>): string => (E.isLeft(either) ? either.left : 'a value');

const people = `name,age,height,member
"Ada, Countess",36,1.65,true
Bob,,1.8,0
`;
const columns = { age: cell.optional(cell.integer), name: cell.text, member: cell.boolean };

describe('CSV rows', () => {
  test('are read by the codecs of their columns', async () => {
    expect(await orThrow(decodeCsv(people, 'people', columns))).toEqual([
      { age: 36, name: 'Ada, Countess', member: true },
      { age: null, name: 'Bob', member: false },
    ]);
  });
  test('other delimiters, comments, no header, a byte order mark, line ends of Windows', async () => {
    const text = '\ufeff# made by hand\r\n1;a\r\n2;b#\r\n';
    const options = { delimiter: ';', comment: '#', names: ['n', 'letter'] };
    expect(await orThrow(decodeCsv(text, 'f', { n: cell.number, letter: cell.text }, options))).toEqual([
      { n: 1, letter: 'a' },
      { n: 2, letter: 'b#' },
    ]);
  });
  test.each<[string, string, string]>([
    [
      'a cell of another type',
      'name,age,member\nAda,36,true\nBob,old,true\n',
      'f: line 3, column 2 (age): expected a whole number, or nothing, got "old". Correct the cell.',
    ],
    [
      'a fraction',
      'name,age,member\nAda,36.5,true\n',
      'f: line 2, column 2 (age): expected a whole number, or nothing, got "36.5". Correct the cell.',
    ],
    [
      'a row too short',
      'name,age,member\nAda,36,true\nBob,3\n',
      'f: line 3: expected 3 cells, got 2. Look for a missing or unquoted delimiter.',
    ],
    [
      'a row too long',
      'name,age,member\nAda,36,true,1\n',
      'f: line 2: expected 3 cells, got 4. Look for a missing or unquoted delimiter.',
    ],
    [
      'a column that is not there',
      'name,age\nAda,36\n',
      'f: expected a column "member", got "name", "age". Choose one of these.',
    ],
    [
      'a column twice',
      'name,age,age\nAda,36,36\n',
      'f: expected each column once, got "age" twice. Rename one of them.',
    ],
    ['no text', '', 'f: expected a header line with the names of columns, got nothing. Is the file empty?'],
  ])('%s is a sentence', async (_, text, sentence) =>
    expect(left(await decodeCsv(text, 'f', columns)())).toBe(sentence),
  );
  test('an open quote is a sentence', async () => {
    expect(left(await decodeCsv('name\n"Ada\n', 'f', { name: cell.text })())).toMatch(
      /^f: expected comma-separated values, got a fault: .+ Correct the line\.$/,
    );
  });
  test('a header alone is no rows', async () => {
    expect(await orThrow(decodeCsv('name,age,member\n', 'f', columns))).toEqual([]);
  });
  test('the line of a row below one of several lines', async () => {
    expect(left(await decodeCsv('n,s\n1,"a\nb\nc"\nx,d\n', 'f', { n: cell.number })())).toContain(
      'f: line 5, column 1 (n)',
    );
  });
  test('one of some texts', async () => {
    const read = decodeCsv('c\nred\nblue\n', 'f', { c: cell.oneOf('red', 'green') });
    expect(left(await read())).toBe(
      'f: line 3, column 1 (c): expected one of red, green, got "blue". Correct the cell.',
    );
  });
  test('cells are codecs: decode after encode is the value', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.maxSafeInteger(), fc.boolean(), (x, n, b) => {
        // Text has no -0.
        expect(cell.number.decode(cell.number.encode(x))).toEqual(E.right(x + 0));
        expect(cell.integer.decode(cell.integer.encode(n))).toEqual(E.right(n));
        expect(cell.boolean.decode(cell.boolean.encode(b))).toEqual(E.right(b));
        expect(cell.optional(cell.number).decode(cell.optional(cell.number).encode(null))).toEqual(E.right(null));
      }),
      { numRuns: 50 },
    );
  });
  test('any text is rows or one sentence, never an exception', () =>
    fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(',', '"', '\n', 'a', '1', '\r') })),
        async (text) => {
          const read = await decodeCsv(text, 'f', { a: cell.number })();
          if (E.isLeft(read)) expect(read.left).toMatch(/^f: [^\n]*expected [^\n]+$/);
        },
      ),
      { numRuns: 100 },
    ));
});

describe('CSV columns as arrays', () => {
  const text = 'x,kind,y\n1,b,2.5\n,a,3\n4,?,5\n-1,b,1e3\n';
  const wanted = { numbers: ['x', 'y'], categories: ['kind'] } as const;

  test('numbers and categories; rows with missing values skipped', async () => {
    const table = await orThrow(decodeTable(text, 'f', { ...wanted, missing: 'skip' }));
    expect([table.rows, table.numbers.x.toNested(), table.numbers.y.toNested()]).toEqual([2, [1, -1], [2.5, 1000]]);
    expect([table.categories.kind.codes.toNested(), table.categories.kind.classes]).toEqual([[0, 0], ['b']]);
  });
  test('missing numbers as NaN, missing categories as -1', async () => {
    const table = await orThrow(decodeTable(text, 'f', { ...wanted, missing: 'nan', dtype: 'float64' }));
    expect([table.numbers.x.dtype, table.numbers.x.toNested()]).toEqual(['float64', [1, NaN, 4, -1]]);
    expect([table.categories.kind.codes.toNested(), table.categories.kind.classes]).toEqual([
      [1, 0, -1, 1],
      ['a', 'b'],
    ]);
  });
  test('missing values are refused unless something is said', async () => {
    expect(left(await decodeTable(text, 'f', wanted)())).toBe(
      `f: line 3, column 1 (x): expected a value, got "". Correct the cell, or read with { missing: 'nan' } or { missing: 'skip' }.`,
    );
  });
  test('text among numbers is a sentence under every policy', async () => {
    for (const missing of ['refuse', 'nan', 'skip'] as const)
      expect(left(await decodeTable('x\n1\nfive\n', 'f', { numbers: ['x'], missing })())).toBe(
        'f: line 3, column 1 (x): expected a number, got "five". Correct the cell.',
      );
  });
});

describe('JSON', () => {
  const codec = t.strict({ name: t.string, sizes: t.array(t.number) });
  test('is read by its codec', () => {
    expect(decodeJson('{"name": "a", "sizes": [1, 2], "more": 0}', 'f', codec)).toEqual(
      E.right({ name: 'a', sizes: [1, 2] }),
    );
  });
  test.each<[string, string, RegExp]>([
    [
      'a value of another type',
      '{"name": "a", "sizes": [1, "2"]}',
      /^f\.sizes\.1: expected number, got "2"\. Correct the file/,
    ],
    ['a field that is missing', '{"sizes": []}', /^f\.name: expected string, got nothing\. /],
    ['other text', 'name: a', /^f: expected JSON, got other text \(.+\)\. Correct the file/],
    ['half a file', '{"name": "a", "siz', /^f: expected JSON, got other text/],
  ])('%s is a sentence', (_, text, sentence) => expect(left(decodeJson(text, 'f', codec))).toMatch(sentence));
  test('a codec that runs out of stack is a sentence', () => {
    interface Nest extends ReadonlyArray<Nest> {}
    const Nest: t.Type<Nest> = t.recursion('Nest', () => t.readonlyArray(Nest));
    const depth = 20_000;
    expect(left(decodeJson(`${'['.repeat(depth)}${']'.repeat(depth)}`, 'f', Nest))).toMatch(
      /^f: expected .+, got .+\. /,
    );
  });
});

describe('files', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fluxion-csv-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('plain and gzipped', async () => {
    await writeFile(join(folder, 'a.csv'), people);
    await writeFile(join(folder, 'a.csv.gz'), gzipSync(people));
    await writeFile(join(folder, 'a.json'), '[1, 2]');
    const height = { numbers: ['height'] } as const;
    for (const name of ['a.csv', 'a.csv.gz']) {
      expect(await orThrow(readCsv(join(folder, name), { name: cell.text }))).toEqual([
        { name: 'Ada, Countess' },
        { name: 'Bob' },
      ]);
      expect((await orThrow(readTable(join(folder, name), height))).rows).toBe(2);
    }
    expect(await orThrow(readJson(join(folder, 'a.json'), t.array(t.number)))).toEqual([1, 2]);
  });
  test('bytes that are no text, and no file, are sentences with the path', async () => {
    const path = join(folder, 'bytes');
    await writeFile(path, Uint8Array.of(0x61, 0xff, 0xfe));
    expect(left(await readCsv(path, {})())).toBe(
      `${path}: expected UTF-8 text, got other bytes. Convert the file, or look for damage.`,
    );
    expect(left(await readJson(join(folder, 'none'), t.unknown)())).toContain('got no such file');
  });
});
