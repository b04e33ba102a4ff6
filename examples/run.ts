/** `npm run example NAME [arguments]` runs examples/NAME.ts; without a name it lists them. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = import.meta.dirname;
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts')
  .map((file) => file.slice(0, -'.ts'.length));
const [name = '', ...rest] = process.argv.slice(2);

if (!names.includes(name)) {
  console.error(
    `example: expected one of ${names.join(', ')}, got ${name || 'no name'}. Say npm run example ${names[0] ?? ''}.`,
  );
  process.exitCode = 1;
} else {
  // The same node with the same loader, so that the example is a program of its own.
  const { status } = spawnSync(process.execPath, [...process.execArgv, join(folder, `${name}.ts`), ...rest], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
