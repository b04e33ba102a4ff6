/** A progress bar in the terminal, by `cli-progress`. */
import type { SingleBar } from 'cli-progress';
import { peer } from '../peer.ts';
import type { Figures, Observer } from './record.ts';

const textOf = (figures: Figures): string =>
  Object.entries(figures)
    .map(([name, value]) => `${name} ${value.toFixed(4)}`)
    .join('  ');

/** An observer that shows the epoch, its steps with the time left, and the figures so far; then one line for each epoch. Silent in a pipe but for those lines. */
export const progressBar = async (
  write: (line: string) => void = (line) => void process.stdout.write(`${line}\n`),
): Promise<Observer> => {
  const { default: progress } = await peer('progressBar', 'cli-progress', () => import('cli-progress'));
  let plan = { epochs: 0, steps: 0 };
  let bar: SingleBar | null = null;
  const open = (epoch: number): SingleBar => {
    const made = new progress.SingleBar({
      format: 'epoch {epoch}/{epochs} [{bar}] {value}/{total}  {eta}s left  {figures}',
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
      fps: 8,
    });
    made.start(plan.steps, 0, { epoch, epochs: plan.epochs, figures: '' });
    return made;
  };
  return {
    onBegin: (given) => {
      plan = given;
    },
    onStep: ({ epoch, step, training }) => {
      bar ??= open(epoch);
      bar.update(step, { epoch, epochs: plan.epochs, figures: textOf(training) });
    },
    onEpoch: ({ epoch, training, validation, seconds }) => {
      bar?.stop();
      bar = null;
      const held = validation === null ? '' : `  |  validation ${textOf(validation)}`;
      write(`epoch ${epoch}/${plan.epochs}  ${textOf(training)}${held}  (${seconds.toFixed(1)} s)`);
    },
    onEnd: () => bar?.stop(),
  };
};
