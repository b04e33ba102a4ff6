/** Reading the notation of einops: `b (h w) c -> b h w c`. */
import { ShapeError } from '../array/errors.ts';
import { showType, sizeOf, type ArrayType } from '../array/type.ts';

/** An axis by its name; `...n` is the axis `n` places before the last of those under an ellipsis, `#n` one that has a number only. */
export type Name = string;
/** The axes that one axis of the array is made of. */
export type Group = readonly Name[];

export interface Pattern {
  /** The axes of the operand, each taken apart. */
  readonly left: readonly Group[];
  readonly right: readonly Group[];
  readonly extents: ReadonlyMap<Name, number>;
}

/** Extents of axes that the operand does not tell. */
export type Lengths = Readonly<Record<string, number>>;

/** What a pattern is read for. */
export interface Reading {
  readonly operation: string;
  readonly pattern: string;
  readonly type: ArrayType;
  readonly lengths: Lengths;
}

export const fault = ({ operation, pattern, type }: Reading, expected: string): ShapeError =>
  new ShapeError(
    `${operation}: expected ${expected}, got '${pattern}' for ${showType(type)}. Write patterns as 'b (h w) c -> b h w c'.`,
    'shape.einops',
  );

const tokenPattern = /\(|\)|\.\.\.|[A-Za-z_][A-Za-z0-9_]*|[0-9]+|\S/g;
const isName = (token: string): boolean => /^([A-Za-z_][A-Za-z0-9_]*|\.\.\.)$/.test(token);

/** An ellipsis in parentheses: its axes are joined. */
const within = '(...)';

interface Side {
  readonly groups: readonly (readonly string[])[];
  /** Extents of axes without a name. */
  readonly numbered: readonly (readonly [Name, number])[];
}

/** One side, names in groups. A number other than 1 is an axis that no other equals. */
const readSide = (text: string, mark: string, reading: Reading): Side => {
  const groups: string[][] = [];
  const numbered: (readonly [Name, number])[] = [];
  let open: string[] | null = null;
  const put = (names: string[]): void => {
    if (open === null) groups.push(names);
    else open.push(...names.map((name) => (name === '...' ? within : name)));
  };
  for (const token of text.match(tokenPattern) ?? []) {
    if (token === '(' && open === null) open = [];
    else if (token === ')' && open !== null) {
      groups.push(open);
      open = null;
    } else if (isName(token)) put([token]);
    else if (token === '1') put([]);
    else if (/^[0-9]+$/.test(token) && Number(token) > 0) {
      const name = `#${mark}${numbered.length}`;
      numbered.push([name, Number(token)]);
      put([name]);
    } else throw fault(reading, `names, numbers and pairs of parentheses, not '${token}' there`);
  }
  if (open !== null) throw fault(reading, 'a parenthesis that closes');
  const names = groups.flat().map((name) => (name === within ? '...' : name));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw fault(reading, `'${twice}' once on each side`);
  return { groups, numbered };
};

/** The ellipsis replaced by the axes that it stands for: an axis each, or together within a group. */
const withHidden = (groups: readonly Group[], hidden: readonly Name[]): readonly Group[] =>
  groups.flatMap((group): readonly Group[] =>
    group.length === 1 && group[0] === '...'
      ? hidden.map((name) => [name])
      : [group.flatMap((name) => (name === within ? hidden : [name]))],
  );

/** The extents of the axes in a group of one known product; one of them may be open. */
const solve = (group: Group, extent: number, known: Map<Name, number>, reading: Reading): void => {
  const open = group.filter((name) => !known.has(name));
  const product = sizeOf(group.map((name) => known.get(name) ?? 1));
  const [first] = open;
  if (open.length > 1) throw fault(reading, `lengths for all but one of (${group.join(' ')})`);
  if (first !== undefined && product > 0 && extent % product === 0) known.set(first, extent / product);
  else if (product !== extent || first !== undefined)
    throw fault(
      reading,
      `(${group.join(' ')}) to have ${extent} elements${first === undefined ? `, not ${product}` : `, which ${product} divides`}`,
    );
};

const readLengths = (reading: Reading, names: readonly Name[]): readonly (readonly [Name, number])[] =>
  Object.entries(reading.lengths).map(([name, length]) => {
    if (!names.includes(name)) throw fault(reading, `an axis '${name}', for which a length is given`);
    if (!Number.isInteger(length) || length < 0) throw fault(reading, `a whole length of '${name}', not ${length}`);
    return [name, length];
  });

/** Both sides of a pattern, with the extent of every axis. */
export const readPattern = (reading: Reading): Pattern => {
  const [leftText = '', rightText, ...more] = reading.pattern.split('->');
  if (rightText === undefined || more.length > 0) throw fault(reading, 'one arrow');
  const [left, right] = [readSide(leftText, 'l', reading), readSide(rightText, 'r', reading)];
  if (left.groups.flat().includes(within)) throw fault(reading, 'no ellipsis within parentheses on the left');
  const { shape } = reading.type;
  const hasEllipsis = left.groups.some((group) => group.includes('...'));
  const count = shape.length - left.groups.length + (hasEllipsis ? 1 : 0);
  if (hasEllipsis ? count < 0 : count !== 0) throw fault(reading, `an axis for each of ${shape.length} on the left`);
  const hidden = hasEllipsis ? Array.from({ length: count }, (_, i) => `...${count - 1 - i}`) : ['...'];
  const [sources, targets] = [withHidden(left.groups, hidden), withHidden(right.groups, hidden)];
  const named = [...left.groups.flat(), ...right.groups.flat()];
  const known = new Map([...left.numbered, ...right.numbered, ...readLengths(reading, named)]);
  sources.forEach((group, axis) => solve(group, shape[axis] ?? 1, known, reading));
  const unknown = targets.flat().find((name) => !known.has(name));
  if (unknown !== undefined) throw fault(reading, `a length for '${unknown}' or the same on the left`);
  return { left: sources, right: targets, extents: known };
};
