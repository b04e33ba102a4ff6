import { describe, test } from 'vitest';
import { arrayLaws } from 'fluxion/laws';

describe('arrays', () => {
  for (const { name, check } of arrayLaws()) test(name, () => check({ runs: 100 }));
});
