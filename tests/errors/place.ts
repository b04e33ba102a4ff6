/** Errors as a user sees them, the place apart from the sentence. */
import { readFileSync } from 'node:fs';
import { FluxionError } from 'fluxion';

/** What `body` throws; a test that expects an error fails where there is none. */
export const errorOf = (body: () => unknown): FluxionError => {
  try {
    body();
  } catch (error) {
    if (error instanceof FluxionError) return error;
    throw error;
  }
  throw new Error('expected an error, got none');
};

/** `name code: message` without the place, which differs from machine to machine. */
export const sentenceOf = (body: () => unknown): string => {
  const { name, code, message, place } = errorOf(body);
  return `${name} ${code}: ${place === null ? message : message.replace(` (${place})`, '')}`;
};

/** `file.ts:12`, the line that bears a mark such as `// here: item`. */
export const markedLine = (file: string, mark: string): string => {
  const lines = readFileSync(file, 'utf8').split('\n');
  const found = lines.flatMap((line, i) => (line.endsWith(`// here: ${mark}`) ? [i + 1] : []));
  if (found.length !== 1) throw new Error(`${file}: expected one line marked ${mark}, got ${found.length}.`);
  return `${file}:${found[0]}`;
};

/** A place without its column. */
export const lineOf = (place: string | null): string => (place ?? 'nowhere').replace(/:\d+$/, '');
