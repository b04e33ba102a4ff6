/** Key paths: where a leaf stands in its tree, as data and as text. */

/** The way from the root to a node: numbers are positions in lists, strings are keys of records. */
export type KeyPath = readonly (string | number)[];

const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

const keyText = (key: string | number): string => {
  if (typeof key === 'number') return `[${key}]`;
  return identifier.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
};

/**
 * A path as text, as one would write it behind the name of the tree; different paths have different texts.
 *
 * @example keystr(['hidden', 0, 'odd key']) // '.hidden[0]["odd key"]'
 */
export const keystr = (path: KeyPath): string => path.map(keyText).join('');

/** How messages begin: `jvp: .w: `, or `jvp: ` at the root. */
export const heading = (operation: string, path: string): string =>
  path === '' ? `${operation}: ` : `${operation}: ${path}: `;
