/** `profile`: where the time of a computation goes, kernel by kernel. */
import { executor, withExecutor } from './core/executor.ts';
import { profiling, type KernelTime } from './runtime/profiler.ts';

/** What was measured; `String(profile)` is a table. */
export interface Profile<R> {
  readonly result: R;
  /** The kernels that ran, the costliest first. */
  readonly kernels: readonly KernelTime[];
  /** The time of the whole body, what is no kernel (recording, compiling) included. */
  readonly milliseconds: number;
  toString(): string;
}

export interface ProfileOptions {
  /** Where the table goes; by default to the console. */
  readonly print?: (table: string) => void;
}

const shown = 40;
const widest = 90;

const rateOf = ({ flops, milliseconds }: KernelTime): string =>
  flops === 0 || milliseconds === 0 ? '' : (flops / milliseconds / 1e6).toFixed(2);

const tableOf = (kernels: readonly KernelTime[], milliseconds: number): string => {
  const head = ['ms', '%', 'calls', 'GFLOP/s', 'kernel'];
  const rows = kernels
    .slice(0, shown)
    .map((row) => [
      row.milliseconds.toFixed(3),
      ((100 * row.milliseconds) / milliseconds).toFixed(1),
      String(row.calls),
      rateOf(row),
      row.kernel.length > widest ? `${row.kernel.slice(0, widest - 3)}...` : row.kernel,
    ]);
  const inside = kernels.reduce((sum, row) => sum + row.milliseconds, 0);
  const rest = [
    (milliseconds - inside).toFixed(3),
    '',
    '',
    '',
    'outside of kernels (recording, compiling, JavaScript)',
  ];
  const lines = [head, ...rows, rest];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const last = head.length - 1;
  return lines
    .map((line) => line.map((cell, i) => (i === last ? cell : cell.padStart(widths[i] ?? 0))).join('  '))
    .join('\n');
};

/**
 * Run `body` and print where its time went. Jitted programs are compiled anew for this, so that every step reads a clock: let the body run a
 * few times over, since the first run of fresh code is slow. Arguments are not donated meanwhile.
 *
 * @example profile(() => { for (let i = 0; i < 20; i++) step(state, batch); });
 */
export const profile = <R>(body: () => R, options: ProfileOptions = {}): Profile<R> => {
  const { executor: watcher, seen } = profiling(executor());
  const began = performance.now();
  const result = withExecutor(watcher, body);
  const milliseconds = performance.now() - began;
  const kernels = seen();
  const table = tableOf(kernels, milliseconds);
  (options.print ?? console.log)(table);
  return { result, kernels, milliseconds, toString: () => table };
};
