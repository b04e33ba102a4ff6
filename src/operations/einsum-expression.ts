/** Reading the notation of Einstein sums: a label for each axis of each operand. */
import { ShapeError } from '../array/errors.ts';
import { showType, type ArrayType } from '../array/type.ts';

/** A letter, or `...n` for the axis that is `n` before the last of those under an ellipsis. */
export type Label = string;

export interface EinsumExpression {
  readonly inputs: readonly (readonly Label[])[];
  readonly output: readonly Label[];
  /** The extent of each label: operands of extent 1 broadcast. */
  readonly extents: ReadonlyMap<Label, number>;
}

const fault = (expected: string, expression: string, types: readonly ArrayType[]): ShapeError =>
  new ShapeError(
    `einsum: expected ${expected}, got '${expression}' for ${types.map(showType).join(', ')}. Write a letter for each axis, as in 'ij,jk->ik'.`,
    'shape.einsum',
  );

const termPattern = /^([a-zA-Z]*)(\.\.\.)?([a-zA-Z]*)$/;

/** One term with an ellipsis standing for `hidden` axes. */
const labelsOf = (term: string, hidden: number): readonly Label[] => {
  const [, before = '', dots, after = ''] = termPattern.exec(term) ?? [];
  const covered = dots === undefined ? [] : Array.from({ length: hidden }, (_, i) => `...${hidden - 1 - i}`);
  return [...Array.from(before), ...covered, ...Array.from(after)];
};
const lettersIn = (term: string): number => term.replace('...', '').length;

/** The labels of each operand. */
const readInputs = (
  terms: readonly string[],
  expression: string,
  types: readonly ArrayType[],
): readonly (readonly Label[])[] => {
  if (terms.length !== types.length) throw fault(`${types.length} terms, one for each operand`, expression, types);
  return terms.map((term, i) => {
    const rank = types[i]?.shape.length ?? 0;
    const hidden = rank - lettersIn(term);
    if (!termPattern.test(term) || (term.includes('...') ? hidden < 0 : hidden !== 0))
      throw fault(`a letter for each axis of operand ${i}, with at most one ellipsis`, expression, types);
    return labelsOf(term, Math.max(0, hidden));
  });
};

/** The widest ellipsis of all operands in order, then what occurs once, by the alphabet. */
const impliedOutput = (inputs: readonly (readonly Label[])[], hidden: number): readonly Label[] => {
  const all = inputs.flat();
  const single = all.filter((label) => label.length === 1 && all.indexOf(label) === all.lastIndexOf(label));
  return [...labelsOf('...', hidden), ...single.sort()];
};

/** The extents of all labels; `agree` is told of two operands that do not fit. */
const extentsOf = (inputs: readonly (readonly Label[])[], types: readonly ArrayType[]): ReadonlyMap<Label, number> => {
  const known = new Map<Label, { readonly extent: number; readonly type: ArrayType; readonly operand: number }>();
  inputs.forEach((labels, operand) => {
    const type = types[operand];
    if (type === undefined) return;
    labels.forEach((label, axis) => {
      const extent = type.shape[axis] ?? 1;
      const old = known.get(label);
      const isSame = old === undefined || old.extent === extent;
      if (!isSame && (old.operand === operand || (old.extent !== 1 && extent !== 1)))
        throw new ShapeError(
          `einsum: expected one extent for axis '${label}', got ${showType(old.type)} and ${showType(type)}. Equal letters are equal extents.`,
          'shape.contract',
        );
      if (old === undefined || old.extent === 1) known.set(label, { extent, type, operand });
    });
  });
  return new Map([...known].map(([label, { extent }]) => [label, extent]));
};

/** The labels of operands and result. Without an arrow, the result has the ellipsis, then the letters that occur once, by the alphabet. */
export const readEinsum = (expression: string, types: readonly ArrayType[]): EinsumExpression => {
  const [left = '', right, ...more] = expression.replaceAll(' ', '').split('->');
  if (more.length > 0) throw fault('at most one arrow', expression, types);
  const inputs = readInputs(left.split(','), expression, types);
  const all = new Set(inputs.flat());
  const hidden = [...all].filter((label) => label.length > 1).length;
  if (right !== undefined && (!termPattern.test(right) || (hidden > 0 && !right.includes('...'))))
    throw fault('letters after the arrow, with an ellipsis if operands have axes under one', expression, types);
  const output = right === undefined ? impliedOutput(inputs, hidden) : labelsOf(right, hidden);
  const odd = output.find((label, i) => !all.has(label) || output.indexOf(label) !== i);
  if (odd !== undefined) throw fault(`'${odd}' in an operand, and once after the arrow`, expression, types);
  return { inputs, output, extents: extentsOf(inputs, types) };
};
