/** Packages that are used where they are installed and not otherwise needed. */
import { messageOf, UnsupportedError } from './array/errors.ts';

/** Stands behind an `import()` by `.catch`: bundlers then leave a missing package to run time, and do not refuse the whole program. */
export const later = (cause: unknown): never => {
  throw cause;
};

/**
 * What an optional package exports.
 * @param load imports it by a literal name, so that bundlers see it: `() => import('vega').catch(later)`
 * @throws UnsupportedError that names the packages to install, with what the loader said as its `cause`
 */
export const peer = async <M>(operation: string, names: string, load: () => Promise<M>): Promise<M> => {
  try {
    return await load();
  } catch (cause) {
    const error = new UnsupportedError(
      `${operation}: expected the optional ${names}, got "${messageOf(cause)}". Install it: npm install ${names}.`,
      'peer',
    );
    error.cause = cause;
    throw error;
  }
};
