import { describe, test } from 'vitest';
import { convergenceLaws, flattenLaw, optimizerLaws, wrapperLaws } from 'fluxion/laws';
import { alone, cases, leafwise } from './cases.ts';

describe('optimizers arrive', () => {
  for (const { name, check } of cases.flatMap(convergenceLaws)) test(name, () => check());
});
describe('optimizers are lawful', () => {
  for (const { name, check } of cases.flatMap(optimizerLaws)) test(name, () => check({ runs: 3 }));
});
describe('optimizers work inside wrappers', () => {
  for (const { name, check } of cases.filter(({ name }) => !alone.has(name)).flatMap(wrapperLaws))
    test(name, () => check({ runs: 2 }));
  for (const { name, check } of cases.filter(({ name }) => !leafwise.has(name)).map(flattenLaw))
    test(name, () => check({ runs: 2 }));
});
