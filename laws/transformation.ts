/** What transformations must do to any program: laws on random well-typed programs. */
import * as fc from 'fast-check';
import { checkpoint, jacfwd, jacrev, jit, jvp, linearize, vjp, type NDArray } from 'fluxion';
import { reference } from 'fluxion/reference';
import { withExecutor } from 'fluxion/extend';
import { differenced, differencedTwice } from './close.ts';
import { law, type Law } from './law.ts';
import { differential, inner, type Flat, type FlatFunction } from './numeric.ts';
import { programs, type Sample, type ProgramOptions } from './program/arbitrary.ts';
import { isNearKink, tally, type Tally } from './program/kink.ts';
import { agree, agreeOn, gradientOf, normals, pointOf, scaleOf, tangentsOf, type Point } from './program/point.ts';
import { at, type Float } from './program/program.ts';

/** A law of one random program at a point. */
export const programLaw = (
  name: string,
  options: ProgramOptions,
  check: (point: Point, item: Sample) => void,
  float: Float = 'float64',
  note?: () => string,
): Law =>
  law(
    name,
    fc.property(programs(options), (item) => check(pointOf(item, float), item)),
    note,
  );

/** Whether differences can be compared with; counted for programs with kinks. Values are computed by one jitted function, again and again. */
const isSmooth = ({ kinked }: Sample, f: FlatFunction, xs: Flat, dxs: Flat, counts: Tally): boolean => {
  if (!kinked) return true;
  const near = isNearKink(f, xs, dxs);
  if (near) counts.skipped++;
  else counts.compared++;
  return !near;
};

const noteOf = (counts: Tally) => (): string =>
  `${counts.skipped} of ${counts.compared + counts.skipped} programs with kinks were at a kink and not compared`;

const byDifferences = (): readonly Law[] => {
  const [first, second] = [tally(), tally()];
  return [
    programLaw(
      'jvp is the limit of differences',
      { without: ['stopGradient'], direction: 'forward' },
      ({ smooth, moving }, item) => {
        const dxs = normals(item.seed, moving);
        const got = tangentsOf(smooth, moving, dxs);
        const f = jit(smooth);
        if (isSmooth(item, f, moving, dxs, first)) agree('jvp', got, differential(f, moving, dxs), differenced);
      },
      'float64',
      noteOf(first),
    ),
    programLaw(
      'the derivative of the gradient is the limit of differences',
      { without: ['stopGradient'], length: 6 },
      ({ smooth, loss, moving }, item) => {
        const dxs = normals(item.seed, moving);
        const gradient = gradientOf(loss);
        const got = tangentsOf(gradient, moving, dxs);
        if (isSmooth(item, jit(smooth), moving, dxs, second))
          agree('hvp', got, differential(jit(gradient), moving, dxs), differencedTwice);
      },
      'float64',
      noteOf(second),
    ),
  ];
};

const derivatives = (): readonly Law[] => [
  programLaw('vjp is the adjoint of jvp', {}, ({ smooth, moving }, { seed }) => {
    const dxs = normals(seed, moving);
    const dys = tangentsOf(smooth, moving, dxs);
    const cts = normals(seed + 1, dys);
    const [ys, pull] = vjp(smooth, moving);
    agree('values', ys, smooth(moving));
    const [sent] = pull(cts);
    agreeOn('<jvp dx, ct> against <dx, vjp ct>', inner(dys, cts), inner(dxs, sent), scaleOf(dys, cts));
  }),
  programLaw('linearize is jvp at a point', {}, ({ smooth, moving }, { seed }) => {
    const [ys, push] = linearize(smooth, moving);
    const [outputs, tangents] = jvp(smooth, [moving], [normals(seed, moving)]);
    agree('values', ys, outputs);
    agree('tangents', push(normals(seed, moving)), tangents);
  }),
  programLaw('jacfwd is jacrev', { length: 5 }, ({ smooth, moving }) => {
    const whole = (x: NDArray): Flat => smooth([x, ...moving.slice(1)]);
    agree('Jacobian', jacfwd(whole)(at(moving, 0)), jacrev(whole)(at(moving, 0)));
  }),
  programLaw('second derivatives are symmetric', { length: 6 }, ({ loss, moving }, { seed }) => {
    const [u, v] = [normals(seed, moving), normals(seed + 1, moving)];
    const [hu, hv] = [u, v].map((dxs) => tangentsOf(gradientOf(loss), moving, dxs));
    if (hu === undefined || hv === undefined) throw new Error('two directions');
    agreeOn('<v, H u> against <u, H v>', inner(v, hu), inner(u, hv), scaleOf(v, hu) + scaleOf(u, hv));
  }),
  programLaw('forward over reverse is reverse over forward', { length: 5 }, ({ loss, moving }, { seed }) => {
    const dxs = normals(seed, moving);
    const outer = gradientOf((xs) => jvp(loss, [xs], [dxs])[1])(moving);
    agree('hvp', outer, tangentsOf(gradientOf(loss), moving, dxs));
  }),
];

const compiled = (): readonly Law[] => [
  programLaw('jit is the identity', { direction: 'forward' }, ({ f, xs }) => agree('jit', jit(f)(xs), f(xs))),
  programLaw('jit is the identity on derivatives', {}, ({ smooth, loss, moving }, { seed }) => {
    const gradient = gradientOf(loss)(moving);
    agree('grad of jit', gradientOf(jit(loss))(moving), gradient);
    agree('jit of grad', jit(gradientOf(loss))(moving), gradient);
    const dxs = normals(seed, moving);
    const tangents = tangentsOf(smooth, moving, dxs);
    agree('jvp of jit', tangentsOf(jit(smooth), moving, dxs), tangents);
    agree('jit of jvp', jit((x: Flat, dx: Flat) => tangentsOf(smooth, x, dx))(moving, dxs), tangents);
  }),
  programLaw('checkpoint is the identity', { direction: 'reverse' }, ({ f, xs, loss, moving }) => {
    agree('values', jit(checkpoint(f))(xs), f(xs));
    agree('gradients', gradientOf(checkpoint(loss))(moving), gradientOf(loss)(moving));
    agree('jitted gradients', jit(gradientOf(checkpoint(loss)))(moving), gradientOf(loss)(moving));
  }),
  ...(['float64', 'float32'] as const).map((float) =>
    programLaw(
      `compiled equals reference in ${float}`,
      { kinks: float === 'float64', direction: 'both' },
      ({ f, xs, loss, moving }) => {
        const expected = withExecutor(reference, () => [...f(xs), ...gradientOf(loss)(moving)]);
        agree('eager', [...f(xs), ...gradientOf(loss)(moving)], expected);
        agree('jitted', [...jit(f)(xs), ...jit(gradientOf(loss))(moving)], expected);
      },
      float,
    ),
  ),
];

export const transformationLaws = (): readonly Law[] => [...byDifferences(), ...derivatives(), ...compiled()];
