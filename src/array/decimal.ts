/** Floats in decimal as NumPy writes them: the fewest digits that stand for the value, at most a given number of them. */

/** How one element is written: the part before the point, the part behind it, and the exponent if there is one. */
export interface Decimal {
  readonly whole: string;
  readonly fraction: string;
  readonly exponent: string;
}

/** Digits beyond which an exact tie cannot differ from the half that it seems to be. */
const guard = 30;

/** Digits with a point cut to `places` behind it: `nearest` rounds ties up, `exact` tells whether there was one, which goes to even. */
const tiesToEven = (nearest: string, exact: string, places: number): string => {
  const end = exact.indexOf('.') + 1 + places;
  const cut = places === 0 ? exact.slice(0, end - 1) : exact.slice(0, end);
  const isTie = /^50*$/.test(exact.slice(end));
  return isTie && '02468'.includes(cut.at(-1) ?? '1') ? cut : nearest;
};

/** `1.25` and `+3` for 1250: the nearest with `places` digits behind the point. */
const exponential = (size: number, places: number): readonly [mantissa: string, exponent: string] => {
  const [nearest = '', exponent = '+0'] = size.toExponential(places).split('e');
  const [exact = ''] = size.toExponential(places + guard).split('e');
  return [tiesToEven(nearest, exact, places), exponent];
};

/** A number of the fewest digits that rounds to the same value of the type. */
const shortest = (size: number, isDouble: boolean): number => {
  if (isDouble) return size;
  for (let places = 0; places < 8; places++) {
    const candidate = Number(exponential(size, places).join('e'));
    if (Math.fround(candidate) === size) return candidate;
  }
  return Number(exponential(size, 8).join('e'));
};

const signed = (value: number, whole: string, fraction: string, exponent: string): Decimal => ({
  whole: value < 0 || Object.is(value, -0) ? `-${whole}` : whole,
  fraction,
  exponent,
});

/** `12.5` as `12` and `5`: at most `places` digits behind the point, no trailing zeros. For sizes from 1e-4 to 1e21. */
export const positional = (value: number, isDouble: boolean, places: number): Decimal => {
  const size = Math.abs(value);
  const few = String(shortest(size, isDouble));
  const [whole = '', fraction = ''] = few.split('.');
  if (fraction.length <= places) return signed(value, whole, fraction, '');
  const [front = '', back = ''] = tiesToEven(size.toFixed(places), size.toFixed(places + guard), places).split('.');
  return signed(value, front, back.replace(/0+$/, ''), '');
};

/** `1.25e+03` as `1`, `25` and `+03`: exactly `digits` digits behind the point, or the fewest up to `places`. */
export const scientific = (value: number, isDouble: boolean, places: number, digits?: number): Decimal => {
  const size = Math.abs(value);
  const [few = ''] = shortest(size, isDouble).toExponential().split('e');
  const [mantissa, exponent] = exponential(size, digits ?? Math.min(places, Math.max(0, few.length - 2)));
  const [whole = '', all = ''] = mantissa.split('.');
  const fraction = digits === undefined ? all.replace(/0+$/, '') : all;
  return signed(value, whole, fraction, `${exponent.slice(0, 1)}${exponent.slice(1).padStart(2, '0')}`);
};
