/** Saves one training after another into a file, until it is killed; says so after the first. */
import { np, random } from 'fluxion';
import { orThrow, saveTraining } from 'fluxion/io';

const [, , path = ''] = process.argv;
for (let epoch = 1; ; epoch++) {
  const one = { params: { w: np.full([100_000], epoch) }, state: null, memory: null };
  await orThrow(
    saveTraining(path, { ...one, last: one, key: random.key(0), epoch, history: [], policies: [], stopped: false }),
  );
  if (epoch === 1) process.stdout.write('ready');
}
