/** `npm run bench`: install the peers on first use, build fluxion, measure each workload in a process of its own, write the table. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { clockFor, median } from './timing.mjs';
import { options } from './options.mjs';
import { record, report, tableHead, tableRow } from './report.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');

const timeout = 600_000;
/** Run a program to its end, or for ten minutes; gives what it printed. */
const spawned = (command, args, cwd, quiet) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, timeout, stdio: ['ignore', quiet ? 'pipe' : 'inherit', 'inherit'] });
    let printed = '';
    child.stdout?.on('data', (chunk) => (printed += chunk));
    child.on('error', reject);
    child.on('close', (code, signal) =>
      code === 0 ? resolve(printed) : reject(new Error(`${command} ended with ${code ?? signal}`)),
    );
  });

const child = async (file, settings) => {
  try {
    const printed = await spawned(process.execPath, [path.join(here, file), JSON.stringify(settings)], root, true);
    return JSON.parse(printed.trim().split('\n').at(-1));
  } catch (error) {
    return { failed: error.message };
  }
};

const prepare = async ({ peers, builds }) => {
  if (peers.length > 0 && !existsSync(path.join(here, 'node_modules')))
    await spawned('npm', ['ci', '--no-audit', '--no-fund'], here, false);
  if (builds) await spawned('npm', ['run', '--silent', 'build'], root, false);
};

const processes = 3;
/** First calls, each in a new process: the median of a few. */
const firstCalls = async ({ name }, settings) => {
  const seen = {};
  for (const library of ['fluxion', ...settings.peers]) {
    const runs = [];
    for (let i = 0; i < (library === 'fluxion' ? processes : 1); i++)
      runs.push(await child('first.mjs', { name, library, ...settings }));
    const bad = runs.find((run) => run.failed);
    if (bad === undefined) seen[library] = runs;
    else if (library === 'fluxion') return bad;
  }
  const clock = clockFor(seen.fluxion.map(({ first }) => first));
  const summary = (runs) => {
    const times = runs.map(({ first }) => first[clock]);
    return { median: median(times), best: Math.min(...times), samples: times.length, agrees: true, difference: null };
  };
  const contenders = Object.fromEntries(Object.entries(seen).map(([library, runs]) => [library, summary(runs)]));
  const fresh = { ms: median(seen.fluxion.map(({ again }) => again[clock])), modules: seen.fluxion[0].modules };
  return { peers: settings.peers.filter((peer) => peer in seen), clock, contenders, fresh };
};

/** fluxion is wrong if no peer agrees with it, though some gave a result. */
const disagrees = ({ peers = [], contenders }) => peers.length > 0 && !peers.some((peer) => contenders[peer].agrees);

const rowOf = async (workload, settings) => {
  const { name, needs, beside } = workload;
  const measured =
    workload.kind === 'first' ? await firstCalls(workload, settings) : await child('row.mjs', { name, ...settings });
  return { name, needs, beside, strict: settings.strict, mismatch: disagrees(measured), ...measured };
};

const main = async () => {
  const chosen = options(process.argv.slice(2));
  if (chosen.list) return console.log(chosen.workloads.map(({ name }) => name).join('\n'));
  await prepare(chosen);
  const { rounds, strict, peers } = chosen;
  const build = path.resolve(chosen.build ?? path.join(root, 'dist/src/index.js'));
  console.log(tableHead());
  const rows = [];
  for (const workload of chosen.workloads) {
    const row = await rowOf(workload, { rounds, strict, peers, build });
    rows.push(row);
    console.log(tableRow(row));
  }
  const about = {
    date: new Date().toISOString(),
    machine: `${os.cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}, load ${os.loadavg()[0].toFixed(1)}`,
    strict,
  };
  const folder = path.join(root, 'out/bench', chosen.whole ? '.' : 'part');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'table.md'), report(rows, about));
  writeFileSync(path.join(folder, 'results.json'), JSON.stringify({ ...about, rows: rows.map(record) }, null, 1));
  console.log(`\nWritten to ${path.relative(root, folder)}/table.md and results.json.`);
};

await main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
