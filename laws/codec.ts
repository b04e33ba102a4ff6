/** What must hold of a pair of functions that write values as bytes and read them back. */
import * as fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { law, type Law } from './law.ts';

export interface Codec<T> {
  readonly name: string;
  readonly values: fc.Arbitrary<T>;
  readonly encode: (value: T) => Uint8Array;
  /** `Left` is a sentence that says what is wrong. */
  readonly decode: (bytes: Uint8Array) => E.Either<string, T>;
  /** Whether two values are the same; by default, whether their bytes are. */
  readonly same?: (a: T, b: T) => boolean;
  /** Whether the bytes hold what tells damage of any kind. Default true; without it only a wrong length must be found. */
  readonly checked?: boolean;
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

/** Damage to some bytes. */
type Damage = (bytes: Uint8Array) => Uint8Array;
const position = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const cuts: fc.Arbitrary<Damage> = position.map((at) => (bytes) => bytes.slice(0, Math.floor(at * bytes.length)));
const tails: fc.Arbitrary<Damage> = fc
  .uint8Array({ minLength: 1, maxLength: 9 })
  .map((tail) => (bytes) => Uint8Array.of(...bytes, ...tail));
const flips: fc.Arbitrary<Damage> = fc
  .tuple(position, fc.integer({ min: 1, max: 255 }))
  .map(([at, mask]) => (bytes) => {
    const copy = bytes.slice();
    const i = Math.floor(at * copy.length);
    copy[i] = (copy[i] ?? 0) ^ mask;
    return copy;
  });

const isSentence = (fault: string): boolean => fault.length > 10 && !fault.includes('\n');

/** Reading gives back what was written; damaged or foreign bytes give one sentence, never an exception and never another value. */
export const codecLaws = <T>({ name, values, encode, decode, same, checked = true }: Codec<T>): readonly Law[] => {
  const isSame = same ?? ((a: T, b: T): boolean => sameBytes(encode(a), encode(b)));
  const expectLeft = (bytes: Uint8Array, value: T): void => {
    const read = decode(bytes);
    if (E.isRight(read) && !isSame(read.right, value)) throw new Error('damaged bytes were read as another value');
    if (E.isLeft(read) && !isSentence(read.left)) throw new Error(`expected one sentence, got ${read.left}`);
  };
  return [
    law(
      `${name}: decode after encode is the value`,
      fc.property(values, (value) => {
        const read = decode(encode(value));
        if (E.isLeft(read)) throw new Error(`expected the value, got: ${read.left}`);
        if (!isSame(read.right, value)) throw new Error('expected the value, got another');
      }),
    ),
    law(
      `${name}: encode after decode is the bytes`,
      fc.property(values, (value) => {
        const bytes = encode(value);
        const again = E.map(encode)(decode(bytes));
        if (E.isLeft(again) || !sameBytes(again.right, bytes)) throw new Error('expected the same bytes');
      }),
    ),
    law(
      `${name}: damaged bytes give Left, or the value where the damage has no meaning`,
      fc.property(values, checked ? fc.oneof(cuts, tails, flips) : fc.oneof(cuts, tails), (value, damage) =>
        expectLeft(damage(encode(value)), value),
      ),
    ),
    law(
      `${name}: foreign bytes give Left or a value, never an exception`,
      fc.property(fc.uint8Array({ maxLength: 200 }), values, flips, (bytes, value, damage) => {
        decode(bytes);
        decode(damage(encode(value)));
      }),
    ),
  ];
};
