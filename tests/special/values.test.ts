import { describe, expect, test } from 'vitest';
import { np, special, type NDArray } from 'fluxion';

/** Name, operands, and the value to 40 digits, rounded. */
const values: readonly (readonly [keyof typeof special, readonly number[], number])[] = [
  ['gammaln', [1e-10], 23.025850929882736],
  ['gammaln', [0.3], 1.0957979948180756],
  ['gammaln', [1.5], -0.12078223763524522],
  ['gammaln', [4.25], 2.1144569274503713],
  ['gammaln', [30.5], 72.9534711841694],
  ['gammaln', [1000000], 12815504.569147611],
  ['gammaln', [-0.5], 1.2655121234846454],
  ['gammaln', [-3.7], -1.3797399049658245],
  ['digamma', [1e-5], -100000.57719921567],
  ['digamma', [0.3], -3.502524222200133],
  ['digamma', [2.5], 0.7031566406452432],
  ['digamma', [30.5], 3.401243668961661],
  ['digamma', [1000000], 13.815510057964191],
  ['digamma', [-0.5], 0.03648997397857652],
  ['digamma', [-3.7], -0.8450768588704194],
  ['gamma', [0.3], 2.991568987687591],
  ['gamma', [1.5], 0.886226925452758],
  ['gamma', [4.25], 8.28508514183522],
  ['gamma', [30.5], 4.822696933490909e31],
  ['gamma', [-0.5], -3.544907701811032],
  ['gamma', [-3.7], 0.2516439959024227],
  ['beta', [0.5, 2.5], 1.1780972450961724],
  ['beta', [3, 4], 0.016666666666666666],
  ['beta', [10.25, 0.1], 7.5718054510979504],
  ['betaln', [0.5, 2.5], 0.16390063283767395],
  ['betaln', [3, 4], -4.0943445622221],
  ['betaln', [10.25, 0.1], 2.0244315398181034],
  ['xlogy', [2, 3], 2.1972245773362196],
  ['xlogy', [-0.5, 0.25], 0.6931471805599453],
  ['xlog1py', [2, 3], 2.772588722239781],
  ['xlog1py', [-0.5, 1e-12], -4.9999999999975e-13],
  ['entr', [0.25], 0.34657359027997264],
  ['entr', [1.5], -0.6081976621622466],
  ['entr', [1e-20], 4.605170185988091e-19],
  ['logit', [1e-20], -46.051701859880914],
  ['logit', [0.25], -1.0986122886681098],
  ['logit', [0.5000001], 3.99999999789463e-7],
  ['logit', [0.999], 6.906754778648553],
  ['expit', [-700], 9.85967654375977e-305],
  ['expit', [-1.5], 0.18242552380635635],
  ['expit', [0], 0.5],
  ['expit', [2], 0.8807970779778824],
  ['ndtr', [-37], 5.725571222524577e-300],
  ['ndtr', [-10.5], 4.3190063178092304e-26],
  ['ndtr', [-1], 0.15865525393145705],
  ['ndtr', [0.25], 0.5987063256829237],
  ['ndtr', [3], 0.9986501019683699],
  ['logNdtr', [-10000000000], -5e19],
  ['logNdtr', [-1000], -500007.82669481216],
  ['logNdtr', [-20.5], -214.0667289632638],
  ['logNdtr', [-19.5], -194.0169657774975],
  ['logNdtr', [-3], -6.607726221510349],
  ['logNdtr', [-0.5], -1.1759117615936185],
  ['logNdtr', [0.5], -0.3689464152886564],
  ['logNdtr', [5], -2.866516129637636e-7],
  ['ndtri', [1e-300], -37.0470962993612],
  ['ndtri', [1e-10], -6.361340902404057],
  ['ndtri', [0.01], -2.326347874040841],
  ['ndtri', [0.2], -0.8416212335729142],
  ['ndtri', [0.4], -0.2533471031357997],
  ['ndtri', [0.75], 0.6744897501960817],
  ['ndtri', [0.999], 3.090232306167813],
  ['i0', [0.5], 1.0634833707413236],
  ['i0', [-7.5], 268.16131151518937],
  ['i0', [30], 781672297823.9775],
  ['i1', [0.5], 0.2578943053908963],
  ['i1', [-7.5], -249.58436542268814],
  ['i1', [30], 768532038938.957],
  ['i0e', [0.5], 0.6450352704491501],
  ['i0e', [-7.5], 0.14831583007739552],
  ['i0e', [100000], 0.0012615678379767768],
  ['i1e', [0.5], 0.1564208031848717],
  ['i1e', [-7.5], -0.1380412115485542],
  ['i1e', [100000], 0.0012615615301218171],
  ['erf', [0.5], 0.5204998778130465],
  ['erf', [-2], -0.9953222650189527],
  ['erfc', [0.5], 0.4795001221869535],
  ['erfc', [10], 2.088487583762545e-45],
  ['erfinv', [0.5], 0.4769362762044699],
  ['erfinv', [-0.99], -1.8213863677184494],
];
const polygammas: readonly (readonly [number, number, number])[] = [
  [1, 0.3, 12.245364546107732],
  [1, 2.5, 0.49035775610023485],
  [1, 40, 0.02531510384129103],
  [1, -0.5, 8.934802200544679],
  [1, -2.3, 14.725912160961292],
  [2, 0.3, -75.27253658872604],
  [2, 2.5, -0.2362040516417274],
  [2, 40, -0.0006408202718352986],
  [2, -0.5, -0.82879664423432],
  [2, -2.3, 68.71379252927031],
  [3, 0.3, 743.1417646550498],
  [3, 2.5, 0.22390584881725206],
  [3, 40, 3.24414001515635e-5],
  [3, -0.5, 193.40909103400244],
  [3, -2.3, 768.9350646661422],
];

const asFunction = (name: keyof typeof special): ((...xs: readonly NDArray[]) => NDArray) =>
  // Sound: the table holds functions of as many arrays as it has operands.
  special[name] as unknown as (...xs: readonly NDArray[]) => NDArray;
const f64 = (x: number): NDArray => np.array(x, 'float64');
const off = (got: number, wanted: number): number => Math.abs(got - wanted) / Math.abs(wanted);

describe('values in float64', () => {
  // Forty units, since exponentials of logarithms and tails of the normal distribution multiply roundings; see the doc comments.
  test.each(values)('%s(%s) is %s', (name, operands, wanted) => {
    const got = Number(asFunction(name)(...operands.map(f64)).item());
    expect(off(got, wanted)).toBeLessThan(name === 'ndtr' ? 40 * 37 * 2 ** -52 : 40 * 2 ** -52);
  });
  const inRange = [...values].filter(([, xs, y]) =>
    [...xs, y].every((v) => v === 0 || (Math.abs(v) > 1e-37 && Math.abs(v) < 1e37)),
  );
  test.each(inRange)('%s(%s) in float32 is near %s', (name, operands) => {
    const rounded = operands.map(Math.fround);
    const exact = Number(asFunction(name)(...rounded.map(f64)).item());
    const got = Number(asFunction(name)(...rounded.map((x) => np.array(x, 'float32'))).item());
    expect(off(got, exact)).toBeLessThan(120 * 2 ** -23);
  });
  test.each(polygammas)('polygamma(%s, %s) is %s', (order, x, wanted) => {
    expect(off(Number(special.polygamma(order, f64(x)).item()), wanted)).toBeLessThan(200 * 2 ** -52);
  });
});

const listOf = (x: NDArray): unknown => x.toNested();
const inf = Infinity;

describe('corners', () => {
  const a = (...xs: readonly number[]): NDArray => np.array(xs, 'float64');
  test('xlogy and xlog1py are 0 where x is', () => {
    expect(listOf(special.xlogy(a(0, 0, 0, 0, 1), a(0, 1, inf, NaN, 0)))).toEqual([0, 0, 0, 0, -inf]);
    expect(listOf(special.xlog1py(a(0, 0, 0, 1), a(-1, 5, NaN, -1)))).toEqual([0, 0, 0, -inf]);
  });
  test('entr', () => expect(listOf(special.entr(a(0, 1, -1, NaN, inf)))).toEqual([0, 0, -inf, NaN, -inf]));
  test('logit', () => expect(listOf(special.logit(a(0, 0.5, 1, -1, 2, NaN)))).toEqual([-inf, -0, inf, NaN, NaN, NaN]));
  test('expit', () => expect(listOf(special.expit(a(-inf, 0, inf, NaN)))).toEqual([0, 0.5, 1, NaN]));
  test('ndtr and its logarithm', () => {
    expect(listOf(special.ndtr(a(-inf, 0, inf, NaN)))).toEqual([0, 0.5, 1, NaN]);
    expect(listOf(special.logNdtr(a(-inf, inf, NaN)))).toEqual([-inf, -0, NaN]);
  });
  test('gamma at poles, zeros of either sign and the ends', () => {
    expect(listOf(special.gamma(a(0, -0, -1, -2, inf, NaN)))).toEqual([inf, -inf, NaN, NaN, inf, NaN]);
    expect(listOf(special.gammaln(a(0, -1, inf, -inf, NaN)))).toEqual([inf, inf, inf, inf, NaN]);
  });
  test('bessel functions', () => {
    expect(listOf(special.i0(a(0, inf, NaN)))).toEqual([1, NaN, NaN]);
    expect(listOf(special.i1(a(0, -0)))).toEqual([0, -0]);
  });
  test('integers become float32, numbers stay weak', () => {
    expect(special.gammaln(np.array([4], 'int32')).dtype).toBe('float32');
    expect(special.xlogy(2, a(1)).dtype).toBe('float64');
    expect(special.logsumexp(a(0, 0)).item()).toBeCloseTo(Math.LN2, 15);
  });
  test('operands broadcast', () => expect(special.beta(np.ones([2, 1]), np.ones([3])).shape).toEqual([2, 3]));
  test('what has no meaning is refused', () => {
    expect(() => special.polygamma(0.5, a(1))).toThrow('polygamma: expected a whole order from 0, got 0.5.');
  });
});
