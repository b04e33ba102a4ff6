/** `npm run example NAME [--quick] [--out FOLDER]` runs an example; without a name it lists them. `mnist` takes arguments of its own. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chapters, examples } from './shared/chapters.ts';
import type { Example } from './shared/example.ts';

const main = 'mnist';

/** The main job is a program of its own, by the same node with the same loader. */
const runMain = (rest: readonly string[]): number => {
  const { status } = spawnSync(
    process.execPath,
    [...process.execArgv, join(import.meta.dirname, `${main}.ts`), ...rest],
    { stdio: 'inherit' },
  );
  return status ?? 1;
};

const list = (): void => {
  console.log(`${main}: the main job, also by npm start`);
  for (const [chapter, title] of Object.entries(chapters)) {
    const entries = examples().filter((entry) => entry.chapter === chapter);
    if (entries.length > 0) console.log(`\n${title}`);
    for (const { name, point } of entries) console.log(`  ${name}: ${point}`);
  }
};

const runExample = async (name: string, args: readonly string[]): Promise<number> => {
  const found = examples().find((entry) => entry.name === name);
  if (found === undefined) {
    const names = [main, ...examples().map((entry) => entry.name)];
    console.error(`example: expected one of ${names.join(', ')}, got ${name}. Say npm run example ${main}.`);
    return 1;
  }
  const options = { quick: { type: 'boolean', default: false }, out: { type: 'string' } } as const;
  try {
    const { quick, out = join('out', name) } = parseArgs({ args: [...args], options }).values;
    mkdirSync(out, { recursive: true });
    const { run } = (await import(found.path)) as { readonly run: Example }; // sound: what every file of a chapter exports
    const began = performance.now();
    await run({ budget: quick ? 'quick' : 'full', out, write: console.log });
    console.log(`took ${((performance.now() - began) / 1000).toFixed(1)} s; results are in ${out}`);
    return 0;
  } catch (cause) {
    console.error(cause instanceof Error ? cause.message : String(cause));
    return 1;
  }
};

const [name, ...rest] = process.argv.slice(2);
if (name === undefined) list();
else process.exitCode = name === main ? runMain(rest) : await runExample(name, rest);
