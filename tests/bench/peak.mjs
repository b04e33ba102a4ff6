/** The machine's own peak: independent f32x4 multiply-adds in a register loop, as a hand-encoded WebAssembly module. */

const accumulators = 12;
const unroll = 4;
const iterations = 100_000;
/** Floating-point operations of one call. */
export const peakFlops = iterations * unroll * accumulators * 4 * 2;

const f32 = (value) => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)];
const leb = (n) => (n < 128 ? [n] : [(n & 127) | 128, ...leb(n >>> 7)]);
const simd = (opcode) => [0xfd, ...leb(opcode)];
const get = (local) => [0x20, local];
const set = (local) => [0x21, local];
const vector = (bytes) => [...leb(bytes.length), ...bytes];
const section = (id, items) => [id, ...vector([...leb(items.length), ...items.flat()])];

const splat = simd(19);
const add = simd(0xe4);
const multiply = simd(0xe6);
const multiplyAdd = simd(0x105);
const firstLane = [...simd(31), 0];

/** Locals: 0 the counter, 1 and 2 the factors, then the accumulators. */
const body = (relaxed) => {
  const own = Array.from({ length: accumulators }, (_, i) => i + 3);
  const step = (a) =>
    relaxed
      ? [...get(1), ...get(a), ...get(2), ...multiplyAdd, ...set(a)]
      : [...get(a), ...get(1), ...multiply, ...get(2), ...add, ...set(a)];
  const locals = [1, accumulators + 2, 0x7b];
  const factors = [
    [1, 0.999],
    [2, 1e-5],
  ];
  const loop = [0x03, 0x40];
  const whileCounting = [...get(0), 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b];
  return [
    ...locals,
    ...factors.flatMap(([local, value]) => [...f32(value), ...splat, ...set(local)]),
    ...own.flatMap((a) => [...f32(a * 0.1), ...splat, ...set(a)]),
    ...loop,
    ...Array.from({ length: unroll }, () => own.flatMap(step)).flat(),
    ...whileCounting,
    ...get(3),
    ...own.slice(1).flatMap((a) => [...get(a), ...add]),
    ...firstLane,
    0x0b,
  ];
};

const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const encode = (relaxed) =>
  Uint8Array.from([
    ...header,
    ...section(1, [[0x60, 1, 0x7f, 1, 0x7d]]),
    ...section(3, [[0]]),
    ...section(7, [[3, 0x72, 0x75, 0x6e, 0, 0]]), // export "run"
    ...section(10, [vector(body(relaxed))]),
  ]);

/** Whether this engine compiles relaxed SIMD now. */
export const hasRelaxedSimd = () => WebAssembly.validate(encode(true));

/** One call of the loop, by separate multiplications and additions or by relaxed multiply-add. */
export const peakLoop = (relaxed) => {
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(encode(relaxed))).exports;
  return () => run(iterations);
};
