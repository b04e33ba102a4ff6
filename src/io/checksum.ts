/** CRC-32 (ISO 3309, as in gzip and PNG): tells a damaged file from a whole one. */

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** The checksum of bytes that follow others, whose checksum is `before`. */
export const crc32 = (bytes: Uint8Array, before = 0): number => {
  let rest = ~before;
  for (let i = 0; i < bytes.length; i++) rest = (table[(rest ^ (bytes[i] ?? 0)) & 255] ?? 0) ^ (rest >>> 8);
  return ~rest >>> 0;
};
