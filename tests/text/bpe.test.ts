/** Byte-pair encodings: the textbook example, specials, strings that are no text. */
import { describe, expect, test } from 'vitest';
import { decodeBpe, encodeBpe, trainBpe } from 'fluxion/text';

describe('a byte-pair encoding', () => {
  test('merges as the textbook does', () => {
    // Gage 1994, as told in Wikipedia: aa, then ab, then both of them; the ids are those of Karpathy's minbpe.
    const bpe = trainBpe(['aaabdaaabac'], { vocabularySize: 259 });
    expect(bpe.merges).toEqual([
      [97, 97],
      [97, 98],
      [256, 257],
    ]);
    expect([...encodeBpe(bpe, 'aaabdaaabac')]).toEqual([258, 100, 258, 97, 99]);
    expect(decodeBpe(bpe, [258, 100])).toBe('aaabd');
  });
  test('keeps the blank with the word behind it, as GPT-2 does', () => {
    const bpe = trainBpe(['low low low lower'], { vocabularySize: 262 });
    expect(Array.from(encodeBpe(bpe, 'low lower'), (id) => decodeBpe(bpe, [id]))).toEqual(['low', ' low', 'e', 'r']);
  });
  test('stops where no pair is left', () => {
    expect(trainBpe([], { vocabularySize: 1000 }).merges).toEqual([]);
    expect(trainBpe(['', 'a', 'bc'], { vocabularySize: 1000 }).merges).toEqual([]);
    expect(trainBpe(['bc'], { vocabularySize: 1000, minFrequency: 1 }).merges).toEqual([[98, 99]]);
    expect(() => trainBpe([], { vocabularySize: 256, specialTokens: ['<s>'] })).toThrow(
      'expected a vocabularySize from 257 upwards, got 256',
    );
  });
  test('reads special tokens only where it is told to', () => {
    const bpe = trainBpe(['ab ab'], { vocabularySize: 260, specialTokens: ['<s>', '<s>>', '.*'] });
    expect(bpe.merges).toEqual([[97, 98]]);
    expect([...encodeBpe(bpe, 'ab<s>>.*<s>', { allowSpecial: true })]).toEqual([256, 258, 259, 257]);
    expect([...encodeBpe(bpe, '<s>')]).toEqual([60, 115, 62]);
    expect(decodeBpe(bpe, [258, 256])).toBe('<s>>ab');
    expect(() => trainBpe([], { vocabularySize: 300, specialTokens: ['a', 'a'] })).toThrow('distinct special tokens');
  });
  test.for([
    '',
    '\ud83d',
    '\ude00\ud83d',
    '\ufeffa',
    '👩‍👩‍👧',
    'e\u0301',
    '\u0000',
    ' \n\t ',
    '\ud83d\ud83d\ude00',
    '\u00ed\u00a0\u0080',
  ])('gives back %j', (text) => {
    const bpe = trainBpe([text, text, `${text} ${text}`], { vocabularySize: 300 });
    expect(decodeBpe(bpe, encodeBpe(bpe, text))).toBe(text);
  });
  test('ids that are no text', () => {
    const bpe = trainBpe([], { vocabularySize: 256 });
    expect(decodeBpe(bpe, [0xe2, 0x82])).toBe('\ufffd');
    expect(decodeBpe(bpe, [0xff, 97])).toBe('\ufffda');
    expect(() => decodeBpe(bpe, [256])).toThrow('expected ids from 0 to 255, got 256');
  });
  test('a long run of letters takes time in proportion to it', () => {
    const bpe = trainBpe(['aaaa'.repeat(50)], { vocabularySize: 300 });
    const long = 'a'.repeat(200_000);
    expect(decodeBpe(bpe, encodeBpe(bpe, long))).toBe(long);
  });
});
