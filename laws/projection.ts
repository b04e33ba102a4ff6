/** What must hold of projections: they land in the set, stay there, and nothing in the set is nearer. */
import * as fc from 'fast-check';
import { jit, optim, random, type NDArray } from 'fluxion';
import { keys } from './arbitrary.ts';
import { reordered } from './close.ts';
import { law, type Law } from './law.ts';
import { assertTreesClose } from './optimizer.ts';

export interface ProjectionCase<P> {
  readonly name: string;
  readonly project: (x: P) => P;
  /** A random point, inside or outside. */
  readonly point: (key: random.Key) => P;
  /** A random point of the set. */
  readonly member: (key: random.Key) => P;
  /** How far a point is from fulfilling the conditions of the set: 0 in it. */
  readonly violation: (x: P) => NDArray;
}

const distance = <P>(a: P, b: P): number => Number(optim.tree.norm(optim.tree.sub(a, b)).item());

/** The laws of one projection, in float64. */
export const projectionLaws = <P>({ name, project, point, member, violation }: ProjectionCase<P>): readonly Law[] => [
  law(
    `${name}: lands in the set and stays there; jit does the same`,
    fc.property(keys(), (key) => {
      const x = point(key);
      const image = project(x);
      const off = Number(violation(image).item());
      if (!(off <= reordered.float64.absolute)) throw new Error(`expected a point of the set, got one off by ${off}`);
      assertTreesClose(project(image), image, 'once more');
      assertTreesClose(jit(project as (x: unknown) => unknown)(x as never), image, 'jit');
      const inside = member(key);
      assertTreesClose(project(inside), inside, 'a point of the set');
    }),
  ),
  law(
    `${name}: nothing in the set is nearer`,
    fc.property(keys(), (key) => {
      const x = point(key);
      const nearest = distance(x, project(x));
      for (let i = 0; i < 20; i++) {
        const other = distance(x, member(random.foldIn(key, i)));
        if (!(nearest <= other + reordered.float64.absolute)) throw new Error(`at ${nearest}, but a point at ${other}`);
      }
    }),
  ),
];
