/** Packages that are used where they are installed and not otherwise needed. */
import { UnsupportedError } from './array/errors.ts';

/**
 * What an optional package exports.
 * @param load imports it by a literal name, so that bundlers see it
 * @throws UnsupportedError that names the packages to install, with what the loader said as its `cause`
 */
export const peer = async <M>(operation: string, names: string, load: () => Promise<M>): Promise<M> => {
  try {
    return await load();
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    const error = new UnsupportedError(
      `${operation}: expected the optional ${names}, got "${said}". Install it: npm install ${names}.`,
      'peer',
    );
    error.cause = cause;
    throw error;
  }
};
