/** Every primitive that holds programs, for tables and laws. */
import type { Primitive } from '../core/primitive.ts';
import { branchPrimitive } from './branch.ts';
import { callPrimitive, programPrimitive } from './call.ts';
import { hostPrimitive } from './callback.ts';
import { customJvpPrimitive, customLinearPrimitive, customVjpPrimitive } from './custom.ts';
import { checkpointPrimitive } from './rematerialize.ts';
import { scanPrimitive } from './scan.ts';
import { whilePrimitive } from './while.ts';

// Sound: a list of primitives is only looked at; each takes its own params.
export const controlPrimitives: readonly Primitive[] = [
  callPrimitive,
  programPrimitive,
  checkpointPrimitive,
  scanPrimitive,
  whilePrimitive,
  branchPrimitive,
  customJvpPrimitive,
  customVjpPrimitive,
  customLinearPrimitive,
  hostPrimitive,
] as readonly Primitive[];
