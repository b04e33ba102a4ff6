/** `npm run surface`: the names of JAX that exist here; `-- --update` stores them as the state that may only grow. */
import { writeFileSync } from 'node:fs';
import { lost, snapshotFile, snapshotOf, storedSnapshot, surface, type Found } from './surface.ts';

const found = surface();

const counted = (title: string, names: readonly Found[]): string => {
  const present = names.filter(({ path }) => path !== null);
  const called = names.filter(({ exercised }) => exercised.length > 0);
  const missing = names.filter(({ path }) => path === null).map(({ name }) => name);
  const idle = present.filter(({ exercised }) => exercised.length === 0).map(({ path }) => path);
  return [
    `${title.padEnd(34)} ${present.length}/${names.length} present, ${called.length} exercised`,
    ...(missing.length === 0 ? [] : [`  missing: ${missing.join(' ')}`]),
    ...(idle.length === 0 ? [] : [`  not exercised: ${idle.join(' ')}`]),
  ].join('\n');
};

const lists = [...new Set(found.map(({ list }) => list))];
const whole = (['P0', 'P1'] as const).map((priority) =>
  counted(
    `all of ${priority}`,
    found.filter(({ list }) => list.priority === priority),
  )
    .split('\n', 1)
    .join(''),
);
const lines = [
  ...lists.map((list) =>
    counted(
      `${list.priority} ${list.list}`,
      found.filter((entry) => entry.list === list),
    ),
  ),
  '',
  ...whole,
];
process.stdout.write(`${lines.join('\n')}\n`);

const now = snapshotOf(found);
const isUpdate = process.argv.includes('--update');
const gone = lost(storedSnapshot(), now);
if (gone.length > 0) {
  process.stderr.write(`gone since the stored state: ${gone.join(', ')}\n`);
  process.exitCode = 1;
}
if (isUpdate && gone.length === 0) writeFileSync(snapshotFile, `${JSON.stringify(now, null, 2)}\n`);
