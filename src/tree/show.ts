/** Structures as text, and the paths of their leaves. */
import { keystr, type KeyPath } from './path.ts';
import type { Structure } from './structure.ts';

/** A static leaf as one would write it; functions and symbols by their names. */
export const showStatic = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  return typeof value === 'function' ? `function ${value.name}`.trimEnd() : String(value);
};

const identifierOrText = (key: string): string => (keystr([key]).startsWith('.') ? key : JSON.stringify(key));

/** A structure as text, `*` for each leaf: `{act: "relu", w: [*, null]}`. */
export const showStructure = (structure: Structure): string => {
  switch (structure.kind) {
    case 'leaf':
      return '*';
    case 'static':
      return showStatic(structure.value);
    case 'custom':
      return `${structure.name}(${showStructure(structure.children)})`;
    case 'list':
      return `[${structure.items.map(showStructure).join(', ')}]`;
    case 'record': {
      const items = structure.items.map(showStructure);
      return `{${structure.keys.map((key, i) => `${identifierOrText(key)}: ${items[i] ?? ''}`).join(', ')}}`;
    }
  }
};

/** The key path of each leaf, in the order of the leaves. */
export const keyPaths = (structure: Structure): readonly KeyPath[] => {
  const paths: KeyPath[] = [];
  const walk = (s: Structure, path: KeyPath): void => {
    if (s.kind === 'leaf') paths.push(path);
    else if (s.kind === 'custom') walk(s.children, path);
    else if (s.kind !== 'static')
      s.items.forEach((item, i) => walk(item, [...path, s.kind === 'list' ? i : (s.keys[i] ?? '')]));
  };
  walk(structure, []);
  return paths;
};

/** The path of each leaf as text, in the order of the leaves. */
export const pathsOf = (structure: Structure): readonly string[] => keyPaths(structure).map(keystr);
