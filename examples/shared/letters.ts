/** SpamAssassin's letters as the examples read them: what was written, without headers, each letter once. */
import { np, random, type NDArray } from 'fluxion';
import { orThrow, trainTestSplit } from 'fluxion/data';
import { spamAssassin, type Letter } from './datasets.ts';

/** What stands in for what, in turn: transport and markup go, numbers become one. */
const rules: readonly (readonly [RegExp, string])[] = [
  // The headers: they name the lists that the letters were gathered from, and so tell the label.
  [/^[^]*?\r?\n\r?\n/g, ''],
  // Borders and headers of parts, and parts in base 64.
  [/^(?:--\S.*|content-[a-z-]+:.*|\s+(?:charset|boundary|name)=.*)$/gim, ' '],
  [/^[A-Za-z0-9+/=]{60,}$/gm, ' '],
  // Quoted-printable: soft ends of lines, and bytes.
  [/=\r?\n/g, ''],
  [/=3D/g, '='],
  [/=[0-9A-F]{2}/g, ' '],
  [/<style[^]*?<\/style>|<!--[^]*?-->|<[^>]*>|&[a-z]+;/gi, ' '],
  [/[0-9]+/g, '0'],
  [/_{2,}/g, ' '],
];

/** What the writer wrote. */
const bodyOf = (text: string): string => rules.reduce((body, [from, to]) => body.replaceAll(from, to), text);

/** Letters by what they say: circulars differ in a name or a number and in how they end. */
const gist = (body: string): string =>
  body
    .toLowerCase()
    .replaceAll(/[^\p{L}]+/gu, ' ')
    .trim()
    .slice(0, 200);

/** Letters without headers. Of those that begin alike only the first is kept, so that none stands on both sides of a split. */
const distinctLetters = async (): Promise<readonly Letter[]> => {
  const known = new Map<string, Letter>();
  for (const { text, isSpam } of await orThrow(spamAssassin())) {
    const body = bodyOf(text);
    if (!known.has(gist(body))) known.set(gist(body), { text: body, isSpam });
  }
  return [...known.values()];
};

/** Texts, and whether each is spam: int32 `[n]` of 0 and 1. */
export interface Texts {
  readonly texts: readonly string[];
  readonly y: NDArray;
}

/** At most `most` letters, a fifth of them to test, spam and others in the same shares on both sides. */
export const splitLetters = async (
  key: random.Key,
  most = Infinity,
): Promise<{ readonly train: Texts; readonly test: Texts }> => {
  const letters = await distinctLetters();
  const [forOrder, forSplit] = random.split(key);
  const i = random.permutation(forOrder, letters.length).get(`:${Math.min(most, letters.length)}`);
  const isSpam = np.array(letters.map((letter) => letter.isSpam)).astype('int32');
  const y = np.take(isSpam, i, 0);
  const parts = trainTestSplit(forSplit, { i, y }, { testSize: 0.2, stratify: y });
  const textsOf = (part: typeof parts.train): Texts => ({
    texts: Array.from(part.i.dataSync(), (at) => letters[at]?.text ?? ''),
    y: part.y,
  });
  return { train: textsOf(parts.train), test: textsOf(parts.test) };
};
