/** Other work of the event loop. */
const pauseMilliseconds = 40;

/** Lets other work of the event loop happen now and then. */
export const makePause = (): (() => Promise<void>) => {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < pauseMilliseconds) return;
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    last = performance.now();
  };
};
