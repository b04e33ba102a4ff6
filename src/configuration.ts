/** Switches for debugging: running jitted functions as they are written. */

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
