/** What the manifest tells bundlers of effects. */
import { expect, test } from 'vitest';
import { modulesIn, textOf } from '../architecture/files.ts';

test('a module that imports another for its effects alone says so, or bundlers leave both out', () => {
  const { sideEffects } = JSON.parse(textOf('package.json')) as { readonly sideEffects: readonly string[] }; // sound: npm's field
  const importing = modulesIn('src').filter((path) => /^import '/m.test(textOf(`src/${path}`)));
  expect(importing).toContain('optim.ts');
  expect(sideEffects).toEqual(
    expect.arrayContaining(importing.map((path) => `./dist/src/${path.replace(/ts$/, 'js')}`)),
  );
});
