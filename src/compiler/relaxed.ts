/** Whether fused multiply-add (relaxed SIMD) may be used: what was asked for, and what the engine can do. */

/** `auto`: if the engine has it. `force`: on Node 20, switch it on in V8 first. `off`: never. */
export type RelaxedSimd = 'auto' | 'force' | 'off';

interface State {
  wanted: RelaxedSimd;
  strict: boolean;
  /** What the engine can do; `null` before it was asked. */
  able: boolean | null;
}

const state: State = { wanted: 'auto', strict: false, able: null };

/** A module of one function that adds a product by `f32x4.relaxed_madd`. */
const probe = new Uint8Array(
  [
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    [1, 8, 1, 0x60, 3, 0x7b, 0x7b, 0x7b, 1, 0x7b],
    [3, 2, 1, 0],
    [10, 13, 1, 11, 0, 0x20, 0, 0x20, 1, 0x20, 2, 0xfd, 0x85, 0x02, 0x0b],
  ].flat(),
);

const validates = (): boolean => WebAssembly.validate(probe);

interface Flags {
  setFlagsFromString(flag: string): void;
}
interface Host {
  readonly process?: { readonly getBuiltinModule?: (name: string) => Flags | undefined };
}

/** Switch relaxed SIMD on in V8 11 (Node 20). Later engines have it without a flag and print an error for one, so ask `validates` first. */
const switchOn = (): void => {
  // Sound: every part that a host may lack is optional. A static import of node:v8 would break browsers.
  const { process } = globalThis as Host;
  process?.getBuiltinModule?.('node:v8')?.setFlagsFromString('--experimental-wasm-relaxed-simd');
};

/** Choose; takes effect for programs compiled from now on. */
export const chooseRelaxedSimd = (wanted: RelaxedSimd, strict: boolean): void => {
  state.wanted = wanted;
  state.strict = strict;
  if (wanted !== 'force' || strict || validates()) return;
  switchOn();
  state.able = validates();
};

/** What was chosen last. */
export const relaxedChoice = (): { readonly relaxedSimd: RelaxedSimd; readonly strict: boolean } => ({
  relaxedSimd: state.wanted,
  strict: state.strict,
});

/** Whether code compiled now may use `relaxed_madd`. Programs compiled with and without are kept apart (`cache.ts`). */
export const hasRelaxedSimd = (): boolean => state.wanted !== 'off' && !state.strict && (state.able ??= validates());
