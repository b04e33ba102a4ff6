/** A progress bar in the terminal, by `cli-progress`. */
import type { SingleBar } from 'cli-progress';
import { later, peer } from '../peer.ts';
import type { Observer, Plan } from './observer.ts';
import type { Figures } from './record.ts';

const textOf = (figures: Figures): string =>
  Object.entries(figures)
    .map(([name, value]) => `${name} ${value.toFixed(4)}`)
    .join('  ');

/** Figures are read so often, in milliseconds: reading them costs more than a step of a small model. */
const interval = 100;

/** How a bar looks; of an epoch of unknown length only its steps are shown. */
const lookOf = (total: number) => ({
  format:
    total === 0
      ? 'epoch {epoch}/{epochs}  step {value}  {figures}'
      : 'epoch {epoch}/{epochs} [{bar}] {value}/{total}  {eta}s left  {figures}',
  barsize: 24,
  hideCursor: true,
  clearOnComplete: true,
  fps: 8,
});

/**
 * An observer that shows the epoch, its steps with the time left, and the figures so far; then one line for each epoch. Silent in a pipe
 * but for those lines.
 */
export const progressBar = async (
  write: (line: string) => void = (line) => void process.stdout.write(`${line}\n`),
): Promise<Observer> => {
  const { default: progress } = await peer('progressBar', 'cli-progress', () => import('cli-progress').catch(later));
  let plan: Plan = { epochs: 0, steps: null, completed: 0 };
  let bar: SingleBar | null = null;
  let shown = -Infinity;
  const close = (): void => {
    bar?.stop();
    bar = null;
  };
  return {
    onBegin: (given) => {
      plan = given;
    },
    onStep: (report) => {
      const [total, now] = [plan.steps ?? 0, performance.now()];
      if (bar === null) {
        bar = new progress.SingleBar(lookOf(total));
        bar.start(total, 0, { epoch: report.epoch, epochs: plan.epochs, figures: '' });
      }
      if (now - shown < interval && report.step !== total) return;
      shown = now;
      bar.update(report.step, { epoch: report.epoch, epochs: plan.epochs, figures: textOf(report.training) });
    },
    onEpoch: ({ epoch, training, validation, seconds }) => {
      close();
      const held = validation === null ? '' : `  |  validation ${textOf(validation)}`;
      write(`epoch ${epoch}/${plan.epochs}  ${textOf(training)}${held}  (${seconds.toFixed(1)} s)`);
    },
    onEnd: close,
  };
};
