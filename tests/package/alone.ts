/** Programs that import one sub-path and no `fluxion`, and their bundles. */
import { writeFileSync } from 'node:fs';
import { rolldown } from 'rolldown';

/** Each prints 3, by a method of an array that came from the sub-path. */
export const alone: Readonly<Record<string, string>> = {
  'fluxion/np': `import { array } from 'fluxion/np';
    console.log(array(2).add(1).item());`,
  'fluxion/nn': `import { relu } from 'fluxion/nn';
    console.log(relu(2).add(1).item());`,
  'fluxion/optim': `import { schedules } from 'fluxion/optim';
    console.log(schedules.linear(0, 4, 4)(2).add(1).item());`,
  'fluxion/train': `import { fromNdarray } from 'fluxion/ndarray';
    import { batches } from 'fluxion/train';
    const x = fromNdarray({ data: [2], shape: [1], get: () => 2 });
    for (const batch of batches({ x, y: x }, 1)) console.log(batch.x.add(batch.weight).item());`,
  'fluxion/data': `import { decodeIdx } from 'fluxion/data';
    console.log(decodeIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 2), 'file').right.add(1).item());`,
  'fluxion/explain': `import { saliency } from 'fluxion/explain';
    const squares = { init: () => ({ params: null, state: null }), apply: (_, state, x) => [x.multiply(x), state] };
    console.log(saliency(squares, null, null, [1.5, 2], 0).get(0).item());`,
  'fluxion/plot': `import { functionPlot } from 'fluxion/plot';
    functionPlot((x) => (console.log(x.add(1).get(-1).item()), x), [0, 2], { title: 'line' });`,
  'fluxion/io': `import { decodeTree, encode } from 'fluxion/io';
    console.log(decodeTree(encode(2)).right.add(1).item());`,
  'fluxion/series': `import { difference } from 'fluxion/series';
    console.log(difference([1, 3]).add(1).item());`,
  'fluxion/text': `import { padSequences } from 'fluxion/text';
    console.log(padSequences([[2]]).add(1).item());`,
};

/** Write a program, and with all that it imports in one file by rolldown, which leaves out what the manifest calls free of effects. */
export const placeAlone = async (code: string, input: string, file: string): Promise<void> => {
  writeFileSync(input, code);
  const bundle = await rolldown({
    input,
    external: /^(node:|cli-progress|csv-parse|fast-png|fflate|vega|@resvg|@viz-js)/,
  });
  await bundle.write({ file, codeSplitting: false });
};
