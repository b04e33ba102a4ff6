/** Arrays as text, as NumPy writes them (`True` and `False` apart, which are JavaScript's words). */
import { positional, scientific, type Decimal } from './decimal.ts';
import { isFloat } from './dtype.ts';
import type { Nested } from './methods.ts';
import { copyElements, type NDArray } from './ndarray.ts';
import { rowMajor, showType, sizeOf, type Shape } from './type.ts';

/** Shown whole up to this many elements; beyond, three at each end of an axis. */
const threshold = 1000;
const edge = 3;
const lineWidth = 75;
/** Digits behind the point. */
const places = 8;

const special = (value: number): string => (Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf');

/** A single float: all its digits, with an exponent when very large or small. */
const scalarText = (value: number, isDouble: boolean): string => {
  if (!Number.isFinite(value)) return special(value);
  const size = Math.abs(value);
  const isPositional = size === 0 || (size >= 1e-4 && size < (isDouble ? 1e16 : 1e6));
  const { whole, fraction, exponent } = (isPositional ? positional : scientific)(value, isDouble, 20);
  return isPositional
    ? `${whole}.${fraction === '' ? '0' : fraction}`
    : `${whole}${fraction === '' ? '' : `.${fraction}`}e${exponent}`;
};

/** Floats in one style, lined up at the point: with exponents if one is very large or small, or if sizes differ by more than a thousand. */
const floatTexts = (values: readonly number[], isDouble: boolean): readonly string[] => {
  const sizes = values.filter((v) => Number.isFinite(v) && v !== 0).map(Math.abs);
  const [largest, smallest] = [Math.max(0, ...sizes), Math.min(Infinity, ...sizes)];
  const ratio = isDouble ? largest / smallest : Math.fround(largest / smallest);
  const isScientific = sizes.length > 0 && (largest >= (isDouble ? 1e8 : 1e6) || smallest < 1e-4 || ratio > 1000);
  const style = isScientific ? scientific : positional;
  const decimals = values.map((v) => (Number.isFinite(v) ? style(v, isDouble, places) : null));
  const longest = (pick: (d: Decimal) => string): number =>
    Math.max(0, ...decimals.map((d) => (d === null ? 0 : pick(d).length)));
  const [whole, fraction, exponent] = [longest((d) => d.whole), longest((d) => d.fraction), longest((d) => d.exponent)];
  const texts = decimals.map((d, i) => {
    const value = values[i] ?? NaN;
    if (d === null) return special(value);
    if (!isScientific) return `${d.whole.padStart(whole)}.${d.fraction.padEnd(fraction)}`;
    // Where one needs more digits, all show as many of theirs.
    const even = scientific(value, isDouble, places, fraction);
    const power = `${even.exponent.slice(0, 1)}${even.exponent.slice(1).padStart(exponent - 1, '0')}`;
    return `${even.whole.padStart(whole)}.${even.fraction}e${power}`;
  });
  return padded(texts);
};

/** Texts of one width, flush right. */
const padded = (texts: readonly string[]): readonly string[] => {
  const width = Math.max(0, ...texts.map((t) => t.length));
  return texts.map((t) => t.padStart(width));
};

const scalar = (x: NDArray, value: number): string =>
  x.dtype === 'bool' ? String(value === 1) : isFloat(x.dtype) ? scalarText(value, x.dtype === 'float64') : `${value}`;

const textsOf = (x: NDArray, values: readonly number[]): readonly string[] => {
  // Booleans have room for a blank before `true`, also where all are true.
  if (x.dtype === 'bool') return values.map((v) => String(v === 1).padStart(5));
  return isFloat(x.dtype) ? floatTexts(values, x.dtype === 'float64') : padded(values.map(String));
};

/** The positions along an axis that are shown; -1 stands for those left out. */
const shown = (extent: number, isLong: boolean): readonly number[] =>
  isLong && extent > 2 * edge
    ? [0, 1, 2, -1, extent - 3, extent - 2, extent - 1]
    : Array.from({ length: extent }, (_, i) => i);

/** The positions in row-major order of the elements that are shown. */
const shownPositions = (shape: Shape, isLong: boolean): readonly number[] => {
  const strides = rowMajor(shape);
  return shape.reduce<readonly number[]>(
    (positions, extent, axis) =>
      positions.flatMap((at) =>
        shown(extent, isLong)
          .filter((i) => i >= 0)
          .map((i) => at + i * (strides[axis] ?? 0)),
      ),
    [0],
  );
};

/** `[[1. 2.]\n [3. 4.]]`, as `str` of a NumPy array. */
export const formatArray = (x: NDArray): string => {
  const data = copyElements(x);
  if (x.size === 0) return '[]';
  if (x.ndim === 0) return scalar(x, data[0] ?? 0);
  const isLong = x.size > threshold;
  const texts = textsOf(
    x,
    shownPositions(x.shape, isLong).map((p) => data[p] ?? 0),
  );
  let next = 0;
  const write = (axis: number): string => {
    const indent = ' '.repeat(axis + 1);
    const isLast = axis === x.ndim - 1;
    const items = shown(x.shape[axis] ?? 0, isLong).map((i) =>
      i < 0 ? '...' : isLast ? (texts[next++] ?? '') : write(axis + 1),
    );
    // A line leaves room for the brackets that may close behind it.
    return isLast
      ? `[${wrapped(items, indent, lineWidth - x.ndim)}]`
      : `[${items.join(`${'\n'.repeat(x.ndim - 1 - axis)}${indent}`)}]`;
  };
  return write(0);
};

/** Words in lines up to a width, each after the first line indented. */
const wrapped = (words: readonly string[], indent: string, width: number): string => {
  const lines: string[] = [];
  let line = indent;
  for (const word of words) {
    const isFirst = line === indent;
    if (!isFirst && line.length + 1 + word.length > width) {
      lines.push(line.trimEnd());
      line = indent + word;
    } else line = isFirst ? line + word : `${line} ${word}`;
  }
  return [...lines, line].join('\n').slice(indent.length);
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
