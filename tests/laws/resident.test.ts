/**
 * Synchronous loops of eager steps keep no memory: measured in a process of their own, where no test runner counts. Only the array functions are
 * loaded: reading all other sources through the loader takes 40 MB that no step has to do with.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

interface Figures {
  readonly resident: number;
  readonly perScalar: number;
}

/** What a loop of steps on `size` float32 that keeps a scalar of each leaves behind, in bytes. */
const figuresOf = async (steps: number, size: number): Promise<Figures> => {
  const code = `
    import * as np from 'fluxion/np';
    const heap = () => {
      for (let i = 0; i < 4; i++) globalThis.gc();
      const { heapUsed, external, arrayBuffers } = process.memoryUsage();
      return heapUsed + external + arrayBuffers;
    };
    let x = np.zeros([${size}]);
    const kept = [];
    let before = 0;
    for (let i = 0; i < ${steps}; i++) {
      if (i === 1000) before = heap();
      x = x.mul(0.99).add(1);
      kept.push(x.sum());
    }
    const resident = process.memoryUsage().rss;
    console.log(JSON.stringify({ resident, perScalar: (heap() - before) / ${steps - 1000}, kept: kept.length }));`;
  const flags = ['--expose-gc', '--import', 'tsx', '--conditions=@fluxion/source', '--input-type=module', '-e', code];
  const { stdout } = await run(process.execPath, flags);
  return JSON.parse(stdout) as Figures; // sound: the line printed above
};

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MB`;

test('20,000 steps that keep a scalar each stay under 200 MB', { timeout: 180_000 }, async () => {
  const { resident } = await figuresOf(20_000, 100_000);
  console.log(`resident after 20,000 steps on 1e5 float32: ${megabytes(resident)}`);
  expect(resident).toBeLessThan(200 * 2 ** 20);
});

test('a kept scalar costs less than 200 bytes', { timeout: 180_000 }, async () => {
  const { perScalar } = await figuresOf(51_000, 100);
  console.log(`bytes for each scalar kept: ${perScalar.toFixed(0)}`);
  expect(perScalar).toBeLessThan(200);
  expect(perScalar).toBeGreaterThan(8);
});
