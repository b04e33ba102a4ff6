/** Relaxed SIMD: probed, forced, switched off; programs compiled either way are kept apart. */
import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { configure, jit, np, type NDArray } from 'fluxion';
import { makeFunction } from '../../src/compiler/encode.ts';
import { makeModule } from '../../src/compiler/module.ts';
import { moduleCount } from '../../src/runtime/run.ts';
import { hasRelaxedSimd } from '../../src/compiler/relaxed.ts';
import type { PlainName } from '../../src/compiler/instructions.ts';

afterEach(() => void configure({ relaxedSimd: 'auto', strict: false }));

/** One vector instruction on `a`, `b`, `c` in every lane; the first lane of the result. */
const run = (name: PlainName, kind: 'f32' | 'f64', a: number, b: number, c: number): unknown => {
  const module = makeModule();
  const f = makeFunction([], [kind]);
  const splat = kind === 'f32' ? 'f32x4.splat' : 'f64x2.splat';
  for (const value of [a, b, c]) f.body[kind](value).op(splat);
  f.body.op(name).lane(kind === 'f32' ? 'f32x4.extract_lane' : 'f64x2.extract_lane', 0);
  const bytes = module.bytes({ run: module.add(f) });
  const { run: entry } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    env: { memory: new WebAssembly.Memory({ initial: 1 }) },
  }).exports as { run: () => unknown };
  return entry();
};

describe('relaxed SIMD', () => {
  test('forcing it makes it usable here, and the instructions do what their names say', () => {
    expect(configure({ relaxedSimd: 'force' })).toMatchObject({
      relaxedSimd: 'force',
      strict: false,
      usesRelaxedSimd: true,
    });
    expect(run('f32x4.relaxed_madd', 'f32', 2, 3, 10)).toBe(16);
    expect(run('f32x4.relaxed_nmadd', 'f32', 2, 3, 10)).toBe(4);
    expect(run('f64x2.relaxed_madd', 'f64', 2, 3, 10)).toBe(16);
    expect(run('f64x2.relaxed_nmadd', 'f64', 2, 3, 10)).toBe(4);
  });

  test('strict and off win over what the engine can do', () => {
    configure({ relaxedSimd: 'force' });
    expect(configure({ strict: true }).usesRelaxedSimd).toBe(false);
    expect(hasRelaxedSimd()).toBe(false);
    expect(configure({ strict: false }).usesRelaxedSimd).toBe(true);
    expect(configure({ relaxedSimd: 'off' }).usesRelaxedSimd).toBe(false);
  });

  test('a program compiled one way is compiled anew for the other, and found again', () => {
    configure({ relaxedSimd: 'force' });
    const f = jit((x: NDArray) => x.mul(3).add(1.25));
    const x = np.ones([7]);
    const first = f(x).toNested();
    const before = moduleCount();
    configure({ strict: true });
    expect(f(x).toNested()).toEqual(first);
    expect(moduleCount()).toBe(before + 1);
    configure({ strict: false });
    f(x);
    expect(moduleCount()).toBe(before + 1);
  });

  test('without force the engine decides, and nothing is printed', () => {
    const script =
      "import('fluxion').then(({ configure }) => console.log(configure().usesRelaxedSimd, configure({ relaxedSimd: 'force' }).usesRelaxedSimd))";
    const out = execFileSync(
      process.execPath,
      ['--import', 'tsx', '--conditions=@fluxion/source', '--input-type=module', '-e', script],
      { encoding: 'utf8' },
    );
    const isOld = Number(process.versions.node.split('.')[0]) < 22;
    expect(out.trim()).toBe(isOld ? 'false true' : 'true true');
  });
});
