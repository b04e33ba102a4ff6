/** The datasets that are installed on first use (about 300 MB). */
import { describe, expect, test } from 'vitest';
import { np } from 'fluxion';
import { orThrow } from 'fluxion/data';
import {
  fashionClasses,
  fashionMnist,
  mobyDick,
  spamAssassin,
  vegaDataset,
  vegaTable,
} from '../../examples/shared/datasets.ts';

describe('the large datasets', () => {
  test('Fashion-MNIST has 6,000 and 1,000 images of each class, and the mean that is published', async () => {
    const { train, test: held } = await orThrow(fashionMnist());
    expect(np.bincount(train.labels).toNested()).toEqual(fashionClasses.map(() => 6000));
    expect(np.bincount(held.labels).toNested()).toEqual(fashionClasses.map(() => 1000));
    // The means are given as 0.2860 of 255 over the images to train on.
    expect(Number(train.images.astype('float32').mean().item()) / 255).toBeCloseTo(0.286, 3);
  });
  test('letters, chapters, records and columns', async () => {
    const letters = await orThrow(spamAssassin());
    expect([letters.length, letters.filter(({ isSpam }) => isSpam).length]).toEqual([6046, 1896]);
    const chapters = await orThrow(mobyDick());
    expect([chapters.length, chapters[0]?.title, chapters[0]?.text.slice(0, 16)]).toEqual([
      135,
      'Loomings.',
      'Call me Ishmael.',
    ]);
    expect(await orThrow(vegaDataset('cars'))).toHaveLength(406);
    expect((await orThrow(vegaTable('co2-concentration', { numbers: ['CO2'] }))).rows).toBe(741);
  });
});
