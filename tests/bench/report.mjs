/** Rows as a Markdown table. */
import { bestPeer } from './needs.mjs';

const isMissing = (x) => x === null || x === undefined;
const digits = (x) => {
  if (isMissing(x)) return '';
  return x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x >= 1 ? x.toFixed(2) : x.toPrecision(2);
};
const percent = (x) => (isMissing(x) ? '' : `${(x * 100).toFixed(0)} %`);
const time = (ms) => (isMissing(ms) ? '' : ms < 0.01 ? `${digits(ms * 1000)} us` : `${digits(ms)} ms`);

/** Whether a row does what is asked, and by how much it falls short. */
export const verdict = (row) => {
  if (row.failed) return 'failed';
  if (row.mismatch) return 'mismatch';
  const margins = row.needs.map((need) => need.margin(row));
  if (margins.includes(null)) return 'not measured';
  const least = Math.min(...margins);
  if (least >= 1) return 'pass';
  return least === 0 ? 'short' : `short ${digits(1 / least)}x`;
};

const note = (row) => {
  if (row.failed) return row.failed;
  const errors = Object.entries(row.errors ?? {}).map(([peer, error]) => `${peer}: ${error.slice(0, 60)}`);
  const wrong = (row.peers ?? []).filter((peer) => row.contenders[peer].agrees === false);
  const beside = Object.keys(row.beside).map((label) => `${label} ${time(row.contenders?.[label]?.median)}`);
  const fresh = row.fresh === undefined ? [] : [`fresh closure ${time(row.fresh.ms)}, ${row.fresh.modules} modules`];
  const clock = row.clock === 'cpu' ? ['cpu time'] : [];
  return [...clock, ...beside, ...fresh, ...errors, ...wrong.map((peer) => `${peer}: another result`)].join('; ');
};

const cells = (row) => {
  const own = row.contenders?.fluxion;
  const best = row.contenders === undefined ? null : bestPeer(row);
  const theirs = best === null ? null : row.contenders[best];
  const differences = (row.peers ?? []).map((peer) => row.contenders[peer].difference).filter((d) => d !== null);
  return [
    row.name,
    row.needs.map((need) => need.text(row.strict)).join(', '),
    time(own?.median),
    time(row.contenders?.cold?.median),
    time(own?.first),
    theirs === null ? '' : `${time(theirs.median)} ${best}`,
    theirs === null ? '' : `${digits(theirs.median / own.median)}x (${digits(theirs.best / own.best)})`,
    digits(own?.gflops),
    isMissing(row.ofPeak) ? '' : `${percent(row.ofPeak)} (${percent(row.ofPeakAtBest)})`,
    differences.length === 0 ? '' : Math.max(...differences).toExponential(0),
    verdict(row),
    note(row).replaceAll('|', '/'),
  ];
};

const columns = [
  'workload',
  'needed',
  'fluxion',
  'cold',
  'first call',
  'best peer',
  'ratio',
  'GFLOP/s',
  'of peak',
  'difference',
  'verdict',
  'notes', // prettier-ignore
];
const line = (items) => `| ${items.join(' | ')} |`;

export const tableHead = () =>
  [line(columns), line(columns.map((_, i) => (i < 2 || i > 9 ? '---' : '---:')))].join('\n');
export const tableRow = (row) => line(cells(row));

/** A row as data: what is needed in words, and the verdict. */
export const record = (row) => ({
  ...row,
  needs: row.needs.map((need) => need.text(row.strict)),
  verdict: verdict(row),
});

/** The table with what it was measured on. */
export const report = (rows, { machine, strict, date }) => {
  const peaks = rows.flatMap(({ peak }) => peak ?? []);
  const range =
    peaks.length === 0 ? '' : ` FMA peak ${digits(Math.min(...peaks))} to ${digits(Math.max(...peaks))} GFLOP/s.`;
  const passed = rows.filter((row) => verdict(row) === 'pass').length;
  return [
    `${date}. ${machine}. One thread, f32, relaxed SIMD ${strict ? 'off' : 'on'}.${range} ${passed} of ${rows.length} rows pass.`,
    '',
    tableHead(),
    ...rows.map(tableRow),
    '',
  ].join('\n');
};
