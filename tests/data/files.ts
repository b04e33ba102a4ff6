/** Small IDX files, whole and broken. */

/** The bytes of an IDX file of bytes. */
export const idx = (shape: readonly number[], values: (i: number) => number): Uint8Array => {
  const size = shape.reduce((n, extent) => n * extent, 1);
  const start = 4 + 4 * shape.length;
  const bytes = new Uint8Array(start + size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x800 + shape.length);
  shape.forEach((extent, axis) => view.setUint32(4 + 4 * axis, extent));
  for (let i = 0; i < size; i++) bytes[start + i] = values(i);
  return bytes;
};

/** The four files of a small MNIST by name. */
export const smallMnist = (train = 20, test = 10): { readonly [name: string]: Uint8Array } => ({
  'train-images-idx3-ubyte': idx([train, 28, 28], (i) => i % 256),
  'train-labels-idx1-ubyte': idx([train], (i) => i % 10),
  't10k-images-idx3-ubyte': idx([test, 28, 28], (i) => i % 256),
  't10k-labels-idx1-ubyte': idx([test], (i) => i % 10),
});
