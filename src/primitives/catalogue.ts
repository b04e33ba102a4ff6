/** Every primitive of this folder, for tables and laws. */
import type { Primitive } from '../core/primitive.ts';
import * as arithmetic from './arithmetic.ts';
import * as barrier from './barrier.ts';
import * as bessel from './bessel.ts';
import * as broadcast from './broadcast.ts';
import * as collective from './collective.ts';
import * as contraction from './contraction.ts';
import * as cumulation from './cumulation.ts';
import * as dynamicSlicing from './dynamic-slicing.ts';
import * as errorFunction from './error-function.ts';
import * as exponential from './exponential.ts';
import * as gamma from './gamma.ts';
import * as hyperbolic from './hyperbolic.ts';
import * as indexing from './indexing.ts';
import * as iota from './iota.ts';
import * as logic from './logic.ts';
import * as reduction from './reduction.ts';
import * as slicing from './slicing.ts';
import * as sorting from './sorting.ts';
import * as stopGradient from './stop-gradient.ts';
import * as threefry from './threefry.ts';
import * as trigonometric from './trigonometric.ts';
import * as windowing from './windowing.ts';

const families: readonly object[] = [
  arithmetic,
  logic,
  exponential,
  trigonometric,
  hyperbolic,
  errorFunction,
  gamma,
  bessel,
  threefry,
  broadcast,
  slicing,
  iota,
  reduction,
  cumulation,
  contraction,
  indexing,
  dynamicSlicing,
  sorting,
  windowing,
  barrier,
  collective,
  stopGradient,
];

const isPrimitive = (value: unknown): value is Primitive =>
  typeof value === 'object' && value !== null && 'infer' in value && 'transpose' in value;

/** All primitives, in the order of the families. */
export const primitives: readonly Primitive[] = families.flatMap((family) => Object.values(family).filter(isPrimitive));
