/**
 * Any JavaScript string as bytes and back. Whole text is UTF-8; a surrogate without its partner is written as if it were a character (WTF-8, Sapin), so
 * that nothing is lost.
 */

const encoder = new TextEncoder();
const isWellFormed = (text: string): boolean => !/\p{Cs}/u.test(text);

/** The bytes of a string. */
export const bytesOf = (text: string): Uint8Array => {
  if (isWellFormed(text)) return encoder.encode(text);
  return Uint8Array.from(
    text.split(/(\p{Cs})/u).flatMap((part) => {
      if (isWellFormed(part)) return Array.from(encoder.encode(part));
      const unit = part.charCodeAt(0);
      return [0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 63), 0x80 | (unit & 63)];
    }),
  );
};

/** The bytes of a surrogate begin at `i`. In UTF-8 `ed` is followed by less. */
const isSurrogate = (bytes: Uint8Array, i: number): boolean =>
  bytes[i] === 0xed && ((bytes[i + 1] ?? 0) & 0xe0) === 0xa0 && ((bytes[i + 2] ?? 0) & 0xc0) === 0x80;

/** The string of bytes; what is no text becomes U+FFFD. */
export const stringOf = (bytes: Uint8Array): string => {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let [text, start] = ['', 0];
  for (let i = bytes.indexOf(0xed); i >= 0; i = bytes.indexOf(0xed, i + 1)) {
    if (!isSurrogate(bytes, i)) continue;
    const unit = 0xd000 | (((bytes[i + 1] ?? 0) & 63) << 6) | ((bytes[i + 2] ?? 0) & 63);
    text += decoder.decode(bytes.subarray(start, i)) + String.fromCharCode(unit);
    start = i + 3;
  }
  return text + decoder.decode(bytes.subarray(start));
};
