import { indexingLaws } from 'fluxion/laws';
import { describe, test } from 'vitest';

describe('laws of index expressions', () => {
  for (const { name, check } of indexingLaws()) test(name, () => check());
});
