/** Finds the user's line in a stack trace: the frames that are neither ours nor the engine's. */

/** This module's address. A bundle has another, or none where its format has no `import.meta`. */
const address: string | undefined = import.meta.url;
/** In a bundle the user's frames cannot be told from ours. */
const isBundled = address === undefined || !/\/array\/source\.[jt]s(\?|$)/.test(address);
/** The folder of the library's own modules, with a trailing slash; all frames in it are internal. */
const home = isBundled ? '' : new URL('../', address).href;
const homePath = home.startsWith('file://') ? decodeURIComponent(home.slice('file://'.length)) : home;

const isForeign = (line: string): boolean =>
  /^\s*at /.test(line) &&
  !line.includes(home) &&
  !line.includes(homePath) &&
  !line.includes('node:') &&
  !line.includes('(<anonymous>)') &&
  !/^\s*at (async )?<anonymous>\s*$/.test(line) &&
  !line.includes('wasm://') &&
  !line.includes('/node_modules/');

/** `file.ts:12:5` of up to `count` user frames, innermost first, of a V8-style stack. None in a bundle. */
export const userFrames = (stack: string | undefined, count = 3): readonly string[] =>
  (isBundled ? '' : (stack ?? ''))
    .split('\n')
    .filter(isForeign)
    .slice(0, count)
    .map((line) => {
      const place = /\(([^()]*)\)\s*$/.exec(line)?.[1] ?? line.replace(/^\s*at (async )?/, '');
      return place.replace(/^file:\/\//, '').trim();
    });

/** How many frames a stack must keep so that the user's line is among them. */
const depth = 40;

/** Run `make` with a stack trace deep enough for `userFrames`. */
export const withDeepStack = <A>(make: () => A): A => {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = depth;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = before;
  }
};
