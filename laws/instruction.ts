/** Every instruction that is encoded computes what its name says, on operands at the edges; every module validates. */
import * as fc from 'fast-check';
import { instructions } from 'fluxion/extend';
import { controlLaws } from './instruction/control.ts';
import { immediateLaws } from './instruction/immediates.ts';
import { readLanes, writeLanes, type Lane } from './instruction/lanes.ts';
import { meaningOf } from './instruction/meaning.ts';
import { assertLanes, operandsOf, overMemory, ready, resultPlace, type Ready } from './instruction/module.ts';
import { law, type Law, type Parameters } from './law.ts';

type Plain = instructions.PlainName;

/** Those that the laws of control flow look at. */
const flow: readonly string[] = ['drop', 'select', 'return', 'end', 'else'];

// Sound: the keys of the tables are the names.
const names = [instructions.plain, instructions.saturating, instructions.vector]
  .flatMap((table) => Object.keys(table) as Plain[])
  .filter((name) => !flow.includes(name));

const run = ({ run: call }: Ready): boolean => {
  try {
    call(0);
    return true;
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return false;
    throw error;
  }
};

/** An engine without relaxed SIMD refuses its instructions; then there is nothing to compare. */
const isRefused = (make: () => Ready): boolean => {
  try {
    make();
    return false;
  } catch {
    return true;
  }
};

/** The meaning is looked up when the law is checked: a name that says nothing is a broken law. */
const plainLaw = (name: Plain): Law => {
  let made: Ready | null = null;
  const check = (parameters?: Parameters): void => {
    const { operands, result, run: meaning, isRelaxed = false } = meaningOf(name);
    const instance = (): Ready => (made ??= ready(overMemory(operands, result, (f) => f.body.op(name))));
    const property = fc.property(operandsOf(operands, isRelaxed), (drawn: readonly (readonly Lane[])[]) => {
      if (isRelaxed && isRefused(instance)) return;
      const one = instance();
      operands.forEach((shape, i) => writeLanes(shape, drawn[i] ?? [], one.bytes, 16 * i));
      const wanted = meaning(...drawn);
      if (run(one) !== (wanted !== null))
        throw new Error(`${name}: expected ${wanted === null ? 'a trap' : 'no trap'}`);
      if (wanted !== null) assertLanes(name, readLanes(result, one.bytes, resultPlace), wanted);
    });
    law(title, property).check(parameters);
  };
  const title = `instruction ${name}: it computes what its name says`;
  return { name: title, check };
};

/** The laws of the encoder. */
export const instructionLaws: readonly Law[] = [...names.map(plainLaw), ...immediateLaws, ...controlLaws];
