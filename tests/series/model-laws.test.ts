import { describe, test } from 'vitest';
import { seriesModelLaws } from 'fluxion/laws';

describe('laws of models', () => {
  test.each(seriesModelLaws())('$name', ({ check }) => check({ runs: 4 }));
});
