/** Settings: how code is made, and running jitted functions as they are written. */
import { limitBytes, memoryUse } from './runtime/mirror.ts';
import { chooseRelaxedSimd, hasRelaxedSimd, relaxedChoice, type RelaxedSimd } from './compiler/relaxed.ts';
import { chooseThresholds, thresholdChoice, type ThresholdChoice } from './compiler/thresholds.ts';

const switches = { jit: true };

/** Whether `jit` compiles. */
export const isJitEnabled = (): boolean => switches.jit;

/** Run `body` with every `jit` doing nothing, so that a debugger steps through the functions themselves. */
export const disableJit = <A>(body: () => A): A => {
  const before = switches.jit;
  switches.jit = false;
  try {
    return body();
  } finally {
    switches.jit = before;
  }
};

export interface Settings {
  /**
   * Fused multiply-add in matrix products and convolutions: `auto` (the default) uses it where the engine has it, `force` also
   * switches it on in Node 20 by a flag of V8 for the whole process, `off` never uses it.
   */
  readonly relaxedSimd?: RelaxedSimd;
  /** The same bits on every engine: no fused multiply-add, whatever `relaxedSimd` says. Default `false`. */
  readonly strict?: boolean;
  /**
   * From what sizes on products go in tiles, sorts by counting and the like: as `measured` (the default), or as early as each can,
   * `lowest`, so that tests with small arrays reach every way in which code is made.
   */
  readonly thresholds?: ThresholdChoice;
  /** Bytes of WebAssembly memory for copies of operands that are passed again and again. Default 256 MiB. */
  readonly mirrorBytes?: number;
  /** Bytes of WebAssembly memory for results of donating calls; what is over moves to the JavaScript heap. Default 512 MiB. */
  readonly residentBytes?: number;
}

/** The settings in force, and whether code compiled now uses fused multiply-add. */
export interface Configuration extends Required<Settings> {
  readonly usesRelaxedSimd: boolean;
}

/** Change settings; what is not named stays. Programs already compiled are compiled anew when they are called next under other settings. */
export const configure = (settings: Settings = {}): Configuration => {
  const before = relaxedChoice();
  chooseRelaxedSimd(settings.relaxedSimd ?? before.relaxedSimd, settings.strict ?? before.strict);
  chooseThresholds(settings.thresholds ?? thresholdChoice());
  if (settings.mirrorBytes !== undefined) limitBytes('mirrors', settings.mirrorBytes);
  if (settings.residentBytes !== undefined) limitBytes('homes', settings.residentBytes);
  const { mirrors, homes } = memoryUse();
  return {
    ...relaxedChoice(),
    thresholds: thresholdChoice(),
    mirrorBytes: mirrors.budget,
    residentBytes: homes.budget,
    usesRelaxedSimd: hasRelaxedSimd(),
  };
};
