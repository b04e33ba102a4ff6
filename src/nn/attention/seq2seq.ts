/** From one sequence of tokens to another: an encoder, and a decoder that looks at it. */
import { ShapeError } from '../../array/errors.ts';
import { splat, type NDArray } from '../../array/ndarray.ts';
import { add } from '../../operations/arithmetic.ts';
import { take } from '../../operations/indexing.ts';
import { matmul } from '../../operations/products.ts';
import { foldIn } from '../../random/key.ts';
import { dense, type DenseParams } from '../dense.ts';
import { normal } from '../initializer.ts';
import type { Layer } from '../layer.ts';
import { applyPart, contexts } from '../parts.ts';
import type { Cell } from '../recurrent/cell.ts';
import { rnn, type WithCarry } from '../recurrent/rnn.ts';
import type { Sequence } from '../recurrent/sequence.ts';
import type { Alignment } from './alignment.ts';
import { attentiveDecoder, type AttentiveOutput, type AttentiveParams } from './attentive.ts';
import { decode, type Decoded, type DecodeOptions } from './sampling.ts';

export interface Seq2seqSettings<P, C, A> {
  /** How many tokens there are on the side of the encoder. */
  readonly source: number;
  /** How many tokens there are on the side of the decoder. */
  readonly target: number;
  /** Features of embedded tokens. */
  readonly width: number;
  /** The cell of both sides, whose parameters are their own. */
  readonly cell: Cell<P, C>;
  readonly attention: Alignment<A>;
}

export interface Seq2seqParams<P, A> {
  /** `[source, width]` */
  readonly source: NDArray;
  /** `[target, width]` */
  readonly target: NDArray;
  readonly encoder: P;
  readonly decoder: AttentiveParams<P, A>;
  readonly head: DenseParams;
}

export interface Seq2seqInput {
  /** int `[..., S]` */
  readonly source: NDArray;
  /** bool `[..., S]`: which source tokens are real. */
  readonly mask?: NDArray;
  /** What the decoder is fed with, int `[..., T]`: in training the target after `shiftRight`. */
  readonly target: NDArray;
}

export interface TranslateOptions extends DecodeOptions {
  /** bool `[..., S]`: which source tokens are real. */
  readonly mask?: NDArray;
  /** The token that the decoder starts from. Default 0. */
  readonly start?: number;
}

/** An encoder-decoder: `apply` under teacher forcing gives logits `[..., T, target]`. */
export interface Seq2seq<P, A> extends Layer<Seq2seqParams<P, A>, null, Seq2seqInput> {
  /** Reads a source, int `[..., S]`, and writes `steps` tokens, each fed with the one before: greedily, or by chance with a key. Meant for `jit`. */
  translate(params: Seq2seqParams<P, A>, source: NDArray, options: TranslateOptions): Decoded;
}

/** `x kernel + bias` of the head. */
const headOf = ({ kernel, bias }: DenseParams, y: NDArray): NDArray => add(matmul(y, kernel), bias);
const withMask = (x: NDArray, mask: NDArray | undefined): Sequence<never> => (mask === undefined ? x : { x, mask });
const memoryMask = (mask: NDArray | undefined): { readonly memoryMask?: NDArray } =>
  mask === undefined ? {} : { memoryMask: mask };

const initBy =
  <P, C, A>({ source, target, width, cell, attention }: Seq2seqSettings<P, C, A>): Seq2seq<P, A>['init'] =>
  (key, { source: from, target: to }) => {
    const [S = 0] = from;
    const [T] = to;
    if (from.length !== 1 || T === undefined)
      throw new ShapeError(
        `seq2seq: expected examples of tokens [S] and [T], got [${from.join(', ')}] and [${to.join(', ')}]. Give one pair of sequences.`,
        'shape.tokens',
      );
    const encoder = rnn(cell, { returnSequences: true });
    const { params, outputShape } = encoder.init(foldIn(key, 0), [S, width]);
    const decoder = attentiveDecoder(cell, attention).init(foldIn(key, 1), { x: [T, width], memory: outputShape });
    return {
      params: {
        source: normal(1 / Math.sqrt(width))(foldIn(key, 2), [source, width]),
        target: normal(1 / Math.sqrt(width))(foldIn(key, 3), [target, width]),
        encoder: params,
        decoder: decoder.params,
        head: dense(target).init(foldIn(key, 4), decoder.outputShape.y).params,
      },
      state: null,
      outputShape: [T, target],
    };
  };

/**
 * An encoder-decoder with attention (Sutskever, Vinyals and Le 2014; Bahdanau, Cho and Bengio 2015): embedded source tokens go through a cell, whose
 * last carry starts a decoder that looks at all of the encoder's steps.
 *
 * @example seq2seq({ source: 30, target: 30, width: 32, cell: gruCell(64), attention: additiveAttention(64) })
 */
export const seq2seq = <P, C, A>(settings: Seq2seqSettings<P, C, A>): Seq2seq<P, A> => {
  const { cell, attention } = settings;
  const encoder = rnn(cell, { returnSequences: true, returnState: true });
  const decoder = attentiveDecoder(cell, attention);
  return {
    anatomy: {
      kind: 'seq2seq',
      parts: [
        ['encoder', encoder],
        ['decoder', decoder],
      ],
      wiring: { encoder: ['source', 'mask'], decoder: ['target', 'encoder', 'mask'] },
    },
    init: initBy(settings),
    apply: (params, state, { source, mask, target }, context) => {
      const [first = context, second = context] = contexts(context, ['encoder', 'decoder']);
      const embedded = withMask(take(params.source, source, 0), mask);
      // Sound: the layers give what their types say.
      const read = applyPart(encoder, params.encoder, null, embedded, first)[0] as WithCarry<C>;
      const { y: memory, carry } = read;
      const input = { x: take(params.target, target, 0), memory, carry, ...memoryMask(mask) };
      const { y } = applyPart(decoder, params.decoder, null, input, second)[0] as AttentiveOutput<C>;
      return [headOf(params.head, y), state];
    },
    translate: (params, source, { mask, start = 0, ...options }) => {
      const embedded = withMask(take(params.source, source, 0), mask);
      const [{ y: memory, carry }] = encoder.apply(params.encoder, null, embedded, {});
      const known = decoder.remember(params.decoder, memory, mask);
      const step = (now: C, token: NDArray): readonly [C, NDArray] => {
        const [next, { y }] = decoder.step(params.decoder, known, now, take(params.target, token, 0));
        return [next, headOf(params.head, y)];
      };
      return decode(step, carry, splat({ dtype: 'int32', shape: source.shape.slice(0, -1) }, start), options);
    },
  };
};
