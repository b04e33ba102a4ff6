/** Arrays as text, as NumPy writes them. */
import { isFloat } from './dtype.ts';
import type { Nested } from './methods.ts';
import { copyElements, type NDArray } from './ndarray.ts';
import { showType, sizeOf, type Shape } from './type.ts';

/** Shown whole up to this many elements; beyond, three at each end of an axis. */
const threshold = 1000;
const edge = 3;

/** The shortest decimal of at most 8 digits that stands for a float32, or 8 digits of a float64. */
const floatText = (value: number): string => {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const text = String(Number(value.toPrecision(8)));
  return text.includes('.') || text.includes('e') ? text : `${Object.is(value, -0) ? '-0' : text}.`;
};

const scientific = (value: number): string =>
  value
    .toExponential(8)
    .replace(/\.?0*e/, (m) => (m === 'e' ? 'e' : '.e').replace('..', '.'))
    .replace(/e([+-])(\d)$/, 'e$10$2');

/** The elements as texts of one style: all scientific if one is very large or very small. */
const textsOf = (x: NDArray, values: readonly number[]): readonly string[] => {
  if (x.dtype === 'bool') return values.map((v) => (v === 1 ? 'true' : 'false'));
  if (!isFloat(x.dtype)) return values.map(String);
  const sizes = values.filter((v) => Number.isFinite(v) && v !== 0).map(Math.abs);
  const [largest, smallest] = [Math.max(0, ...sizes), Math.min(Infinity, ...sizes)];
  if (sizes.length > 0 && (largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1e3 * 1e5))
    return values.map((v) => (Number.isFinite(v) ? scientific(v) : floatText(v)));
  return values.map(floatText);
};

/** Numbers lined up at the point. */
const aligned = (texts: readonly string[]): readonly string[] => {
  const parts = texts.map((t) => {
    const at = t.indexOf('.');
    return at < 0 ? ([t, ''] as const) : ([t.slice(0, at), t.slice(at)] as const);
  });
  const [front, back] = [Math.max(0, ...parts.map(([a]) => a.length)), Math.max(0, ...parts.map(([, b]) => b.length))];
  return parts.map(([a, b]) => a.padStart(front) + b.padEnd(back));
};

/** The positions along an axis that are shown; -1 stands for those left out. */
const shown = (extent: number, isLong: boolean): readonly number[] =>
  isLong && extent > 2 * edge
    ? [0, 1, 2, -1, extent - 3, extent - 2, extent - 1]
    : Array.from({ length: extent }, (_, i) => i);

/** `[[1. 2.]\n [3. 4.]]`, as `str` of a NumPy array. */
export const formatArray = (x: NDArray): string => {
  const data = copyElements(x);
  if (x.size === 0) return '[]';
  const isLong = x.size > threshold;
  const positions: number[] = [];
  const visit = (axis: number, offset: number): void => {
    const extent = x.shape[axis];
    if (extent === undefined) return void positions.push(offset);
    const stride = sizeOf(x.shape.slice(axis + 1));
    for (const i of shown(extent, isLong)) if (i >= 0) visit(axis + 1, offset + i * stride);
  };
  visit(0, 0);
  const plain = textsOf(
    x,
    positions.map((p) => data[p] ?? 0),
  );
  if (x.ndim === 0) return (plain[0] ?? '').replace(/\.$/, '.0');
  const texts = aligned(plain);
  let next = 0;
  const write = (axis: number): string => {
    const extent = x.shape[axis] ?? 0;
    if (axis === x.ndim - 1)
      return `[${wrapped(
        shown(extent, isLong).map((i) => (i < 0 ? '...' : (texts[next++] ?? ''))),
        axis + 1,
      )}]`;
    const rows = shown(extent, isLong).map((i) => (i < 0 ? '...' : write(axis + 1)));
    return `[${rows.join(`${'\n'.repeat(Math.max(1, x.ndim - 1 - axis))}${' '.repeat(axis + 1)}`)}]`;
  };
  return write(0);
};

const lineWidth = 75;
/** Words in lines of at most 75 letters, further lines indented by the brackets. */
const wrapped = (words: readonly string[], indent: number): string => {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && indent + line.length + 1 + word.length > lineWidth) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${' '.repeat(indent)}`);
};

/** Nested JavaScript lists of the elements; a scalar is a number or boolean. */
export const toNested = (x: NDArray): Nested => {
  const data = copyElements(x);
  const value = (i: number): number | boolean => (x.dtype === 'bool' ? data[i] === 1 : (data[i] ?? 0));
  const build = (shape: Shape, offset: number): Nested => {
    const [extent, ...rest] = shape;
    if (extent === undefined) return value(offset);
    const stride = sizeOf(rest);
    return Array.from({ length: extent }, (_, i) => build(rest, offset + i * stride));
  };
  return build(x.shape, 0);
};

/** For Node's inspection: the type and the values. */
export const inspectArray = (x: NDArray): string => {
  const text = formatArray(x);
  return `NDArray ${showType(x.type)}${text.includes('\n') ? '\n' : ' '}${text}`;
};
