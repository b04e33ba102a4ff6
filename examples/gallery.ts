/**
 * `npm run gallery [NAME...]` runs examples in full, keeps what they print and draw under examples/gallery, and writes examples/README.md; with
 * `--page` it only writes the page of what is kept.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { chapters, examples, type Entry } from './shared/chapters.ts';

const folder = import.meta.dirname;
const kept = (name: string): string => join(folder, 'gallery', name);
const isPicture = (file: string): boolean => ['.svg', '.png'].includes(extname(file));

/** Run one example by the same node with the same loader; only text and pictures are kept. */
const record = ({ name }: Entry): void => {
  rmSync(kept(name), { recursive: true, force: true });
  mkdirSync(kept(name), { recursive: true });
  console.log(`running ${name}`);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...process.execArgv, join(folder, 'run.ts'), name, '--out', kept(name)],
    { encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  if (status !== 0) throw new Error(`gallery: expected ${name} to run, got status ${status}.\n${stdout}${stderr}`);
  for (const file of readdirSync(kept(name))) if (!isPicture(file)) rmSync(join(kept(name), file), { recursive: true });
  const lines = stdout.split('\n').filter((line) => !line.includes('results are in'));
  writeFileSync(join(kept(name), 'output.txt'), `${lines.join('\n').trim()}\n`);
};

/** At most so many lines of output on the page: the first and the last. */
const excerpt = (text: string, most = 24): string => {
  const lines = text.trim().split('\n');
  return lines.length <= most
    ? lines.join('\n')
    : [...lines.slice(0, most / 2), '...', ...lines.slice(-most / 2)].join('\n');
};

const sectionOf = ({ name, chapter, point }: Entry): string => {
  const output = join(kept(name), 'output.txt');
  const pictures = existsSync(kept(name)) ? readdirSync(kept(name)).filter(isPicture) : [];
  return [
    `### ${name}`,
    point,
    `[Source](${chapter}/${name}.ts); \`npm run example ${name}\``,
    ...(existsSync(output) ? [`\`\`\`text\n${excerpt(readFileSync(output, 'utf8'))}\n\`\`\``] : []),
    ...pictures.map((file) => `![${name}: ${file.slice(0, -4)}](gallery/${name}/${file})`),
  ].join('\n\n');
};

const all = examples();
const pageOnly = process.argv.includes('--page');
const asked = process.argv.slice(2).filter((argument) => argument !== '--page');
for (const name of asked)
  if (!all.some((entry) => entry.name === name))
    throw new Error(`gallery: expected names of examples, got ${name}. Say npm run example for a list.`);
for (const entry of all) if (!pageOnly && (asked.length === 0 || asked.includes(entry.name))) record(entry);

const head = `# Examples

Each file is one idea and runs by itself: \`npm run example NAME\`; with \`--quick\` it does less. \`npm run example\` lists them,
\`npm run test:examples\` checks them, and \`npm run gallery\` made this page of what they printed and drew.
[COURSE.md](COURSE.md) goes through the topics of the course.`;
const body = Object.entries(chapters).flatMap(([chapter, title]) => {
  const entries = all.filter((entry) => entry.chapter === chapter);
  return entries.length === 0 ? [] : [`## ${title}`, ...entries.map(sectionOf)];
});
writeFileSync(join(folder, 'README.md'), `${[head, ...body].join('\n\n')}\n`);
spawnSync('npx', ['oxfmt', join(folder, 'README.md')], { stdio: 'inherit' });
