import { linalgLaws } from 'fluxion/laws';
import { describe, test } from 'vitest';

/** Most of the time goes into compiling the programs of a shape, so that `npm run laws` is the place for many cases. */
const runsFor = (name: string): number => (/limit of differences|vmap is a loop/.test(name) ? 1 : 3);

describe('linear algebra', () => {
  for (const { name, check } of linalgLaws()) test(name, () => check({ runs: runsFor(name) }));
});
