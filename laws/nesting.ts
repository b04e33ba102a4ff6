/** Laws of transformations inside one another: control flow is what it abbreviates, and what changes nothing may stand anywhere. */
import * as fc from 'fast-check';
import {
  checkpoint,
  cond,
  customJvp,
  evalShape,
  foriLoop,
  grad,
  jit,
  jvp,
  linearize,
  np,
  scan,
  vjp,
  vmap,
  whileLoop,
  type NDArray,
} from 'fluxion';
import { fact, law, type Law } from './law.ts';
import type { Flat, FlatFunction } from './numeric.ts';
import { programs, type Sample } from './program/arbitrary.ts';
import { agree, gradientOf, isFloating, normals, pointOf, tangentsOf, type Point } from './program/point.ts';
import { at } from './program/program.ts';
import { meaning, reading, selecting } from './program/unrolled.ts';
import { programLaw } from './transformation.ts';

type Wrapper = (f: FlatFunction) => FlatFunction;

const first = (ys: Flat): Flat => ys.map((y) => np.squeeze(np.take(y, [0], 0), 0));
const alone = (xs: Flat): Flat => xs.map((x) => np.expandDims(x, 0));
/** True, which no transformation can know. */
const truth = (xs: Flat): NDArray => at(xs, 0).sum().less(1e9);
const halved = (xs: Flat): Flat => xs.map((x) => (isFloating(x) ? x.mul(0.5) : x));
const zerosFor = (f: FlatFunction, xs: Flat): Flat =>
  (evalShape(f, xs) as readonly { readonly shape: readonly number[]; readonly dtype: NDArray['dtype'] }[]).map(
    // sound: a type for each array of a list
    ({ shape, dtype }) => np.zeros(shape, dtype),
  );
const still = (xs: Flat): Flat => xs.map((x) => np.zerosLike(x));

/** Ways to say the same function. Those that close over the arguments hand over outer traced values. */
const wrappers: { readonly [name: string]: Wrapper } = {
  jit: (f) => jit(f),
  checkpoint: (f) => checkpoint(f),
  vmap: (f) => (xs) => first(vmap(f)(alone(xs))),
  vmapClosed: (f) => (xs) => first(vmap(() => f(xs), { axisSize: 2 })()),
  scan: (f) => (xs) => first(scan((c: null, x: Flat) => [c, f(x)] as const, null, alone(xs))[1]),
  scanClosed: (f) => (xs) => first(scan((c: null) => [c, f(xs)] as const, null, null, { length: 2 })[1]),
  cond: (f) => (xs) => cond(truth(xs), f, (own: Flat) => f(halved(own)), xs),
  condClosed: (f) => (xs) =>
    cond(
      truth(xs),
      () => f(xs),
      () => f(halved(xs)),
    ),
  foriLoop: (f) => (xs) => foriLoop(0, 2, () => f(xs), zerosFor(f, xs)),
  customJvp: (f) => customJvp(f, ([xs], [dxs]) => jvp(f, [xs], [dxs.map((dx, i) => dx ?? at(xs, i))])),
  jvp: (f) => (xs) => jvp(f, [xs], [still(xs)])[0],
  linearize: (f) => (xs) => linearize(f, xs)[0],
  vjp: (f) => (xs) => vjp(f, xs)[0],
};

const onlyForwards: { readonly [name: string]: Wrapper } = {
  whileLoop: (f) => (xs) =>
    whileLoop<readonly [NDArray, Flat]>(
      ([i]) => i.less(2),
      ([i]) => [i.add(1), f(xs)],
      [np.zeros([], 'int32'), zerosFor(f, xs)],
    )[1],
};

interface Wrapped {
  readonly item: Sample;
  readonly names: readonly string[];
}

const wrapped = (among: { readonly [name: string]: Wrapper }, length: number): fc.Arbitrary<Wrapped> =>
  fc.record({
    item: programs({ length, direction: among === wrappers ? 'both' : 'forward' }),
    names: fc.array(fc.constantFrom(...Object.keys(among)), { minLength: 1, maxLength: 3 }),
  });

const wrap = (names: readonly string[], f: FlatFunction): FlatFunction =>
  names.reduceRight((inner, name) => {
    const wrapper = wrappers[name] ?? onlyForwards[name];
    if (wrapper === undefined) throw new Error(`no wrapper ${name}`);
    return wrapper(inner);
  }, f);

const lossThrough = ({ f, lossOf, xs, moving }: Point, names: readonly string[]): ((own: Flat) => NDArray) => {
  const whole = wrap(names, (inputs) => [lossOf(inputs)]);
  void f;
  return (own) => at(whole([...own, ...xs.slice(moving.length)]), 0);
};

const sameThrough: readonly Law[] = [
  law(
    'wrappers that change nothing change no value',
    fc.property(wrapped({ ...wrappers, ...onlyForwards }, 5), ({ item, names }) => {
      const { f, xs } = pointOf(item);
      const g = wrap(names, f);
      agree(names.join(' of '), g(xs), f(xs));
      agree(`jit of ${names.join(' of ')}`, jit(g)(xs), f(xs));
      agree(`vmap of ${names.join(' of ')}`, first(vmap(g)(alone(xs))), f(xs));
    }),
  ),
  law(
    'wrappers that change nothing change no derivative',
    fc.property(wrapped(wrappers, 4), ({ item, names }) => {
      const point = pointOf(item);
      const { moving, loss } = point;
      const g = lossThrough(point, names);
      const title = names.join(' of ');
      const expected = gradientOf(loss)(moving);
      agree(`grad of ${title}`, gradientOf(g)(moving), expected);
      agree(`jit of grad of ${title}`, jit(gradientOf(g))(moving), expected);
      agree(`vmap of grad of ${title}`, first(vmap(gradientOf(g))(alone(moving))), expected);
      const dxs = normals(item.seed, moving);
      const bent = tangentsOf(gradientOf(loss), moving, dxs);
      agree(`jvp of grad of ${title}`, tangentsOf(gradientOf(g), moving, dxs), bent);
      agree(`grad of jvp of ${title}`, gradientOf((own) => jvp(g, [own], [dxs])[1])(moving), bent);
    }),
  ),
  law(
    'wrappers that change nothing change no tangent',
    fc.property(wrapped({ ...wrappers, ...onlyForwards }, 5), ({ item, names }) => {
      const point = pointOf(item);
      const { moving, loss } = point;
      const g: FlatFunction = (own) => [lossThrough(point, names)(own)];
      const dxs = normals(item.seed, moving);
      const expected = tangentsOf((own) => [loss(own)], moving, dxs);
      agree(`jvp of ${names.join(' of ')}`, tangentsOf(g, moving, dxs), expected);
      agree(`jit of jvp of ${names.join(' of ')}`, jit((own: Flat) => tangentsOf(g, own, dxs))(moving), expected);
    }),
  ),
];

const writtenOut: readonly Law[] = [
  programLaw('control flow is what it abbreviates', { direction: 'forward' }, ({ f, xs, smooth, moving }, item) => {
    const expected = meaning(item, reading)(xs);
    agree('values', f(xs), expected);
    agree('jit', jit(f)(xs), expected);
    const plain: FlatFunction = (own) =>
      meaning(item, reading)([...own, ...xs.slice(moving.length)]).filter(isFloating);
    const dxs = normals(item.seed, moving);
    agree('jvp', tangentsOf(smooth, moving, dxs), tangentsOf(plain, moving, dxs));
  }),
  programLaw(
    'the derivative of control flow is that of what it abbreviates',
    { direction: 'reverse' },
    ({ xs, smooth, moving }, item) => {
      const weights = normals(item.seed + 2, smooth(moving));
      const total =
        (f: FlatFunction) =>
        (own: Flat): NDArray =>
          f(own).reduce((sum, y, i) => sum.add(np.sin(y).mul(at(weights, i)).sum()), np.zeros([], 'float64'));
      for (const meanings of [reading, selecting]) {
        const plain: FlatFunction = (own) =>
          meaning(item, meanings)([...own, ...xs.slice(moving.length)]).filter(isFloating);
        agree('grad', gradientOf(total(smooth))(moving), gradientOf(total(plain))(moving));
      }
    },
  ),
  programLaw(
    'second derivatives of control flow are those of what it abbreviates',
    { length: 5 },
    ({ xs, smooth, moving }, item) => {
      const plain: FlatFunction = (own) =>
        meaning(item, selecting)([...own, ...xs.slice(moving.length)]).filter(isFloating);
      const dxs = normals(item.seed, moving);
      const total =
        (f: FlatFunction) =>
        (own: Flat): NDArray =>
          f(own).reduce((sum, y) => sum.add(np.sin(y).sum()), np.zeros([], 'float64'));
      const expected = tangentsOf(gradientOf(total(plain)), moving, dxs);
      agree('jvp of grad', tangentsOf(gradientOf(total(smooth)), moving, dxs), expected);
      agree('grad of jvp', gradientOf((own) => jvp(total(smooth), [own], [dxs])[1])(moving), expected);
      agree(
        'jit of jvp of grad',
        jit((own: Flat) => tangentsOf(gradientOf(total(smooth)), own, dxs))(moving),
        expected,
      );
    },
  ),
];

const close = (what: string, got: NDArray, expected: number): void =>
  agree(what, [got], [np.array(expected, got.dtype === 'float64' ? 'float64' : 'float32')]);

/** Derivatives inside derivatives are told apart: the inner variable is not the outer one. */
const apart = fact('nested derivatives do not confuse their variables', () => {
  const inner = (x: NDArray): NDArray => x.mul(grad((y: NDArray) => x.add(y))(1));
  close('d/dx x d/dy (x + y)', grad(inner)(1), 1);
  close('jitted', jit(grad(inner))(1), 1);
  close('jvp in grad', grad((x: NDArray) => x.mul(jvp((y: NDArray) => x.mul(y), [2], [1])[1]))(3), 6);
  close('grad in jvp', jvp((x: NDArray) => x.mul(grad((y: NDArray) => x.mul(y))(2)), [3], [1])[1], 6);
  close(
    'jit between',
    grad((x: NDArray) => jit((y: NDArray) => x.mul(grad((z: NDArray) => z.mul(y).mul(x))(y)))(x))(2),
    12,
  );
  const rows = vmap((x: NDArray) => x.mul(grad((y: NDArray) => x.add(y).mul(y))(1)))(np.array([1, 2]));
  agree('mapped', [rows], [np.array([3, 8])]);
});

export const nestingLaws = (): readonly Law[] => [...sameThrough, ...writtenOut, apart];
