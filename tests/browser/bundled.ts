/** The script of the bundled page: a sub-path whose dependencies are CommonJS, which needs a bundler, saves and loads parameters. */
import * as E from 'fp-ts/lib/Either.js';
import { np } from 'fluxion';
import { decodeTree, encode } from 'fluxion/io';
import { write } from './report.ts';

const params = { kernel: np.array([[0.1], [0.2]]), bias: np.zeros([1]) };
write(E.getOrElse((fault: string): unknown => ({ fault }))(decodeTree(encode(params))));
