/** Equality of structures, and keys to find them by. */
import { sameData } from './data.ts';
import type { Structure } from './structure.ts';

const sameItems = (a: readonly Structure[], b: readonly Structure[]): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    const [left, right] = [a[i], b[i]];
    if (left === undefined || right === undefined || !sameStructure(left, right)) return false;
  }
  return true;
};

const sameKeys = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((key, i) => key === b[i]);

/** Whether two structures are equal: the same nodes, the same keys, static leaves that are `Object.is` the same. */
export const sameStructure = (a: Structure, b: Structure): boolean => {
  if (a === b) return true;
  if (a.count !== b.count) return false;
  switch (a.kind) {
    case 'leaf':
      return b.kind === 'leaf';
    case 'static':
      return b.kind === 'static' && Object.is(a.value, b.value);
    case 'list':
      return b.kind === 'list' && sameItems(a.items, b.items);
    case 'record':
      return b.kind === 'record' && sameKeys(a.keys, b.keys) && sameItems(a.items, b.items);
    case 'custom':
      return (
        b.kind === 'custom' &&
        a.type === b.type &&
        sameData(a.auxiliary, b.auxiliary) &&
        sameStructure(a.children, b.children)
      );
  }
};

/** A text that is equal for equal structures only. `dataKey` gives such texts for static leaves, auxiliary data and node types. */
export const structureKey = (structure: Structure, dataKey: (value: unknown) => string): string => {
  const key = (s: Structure): string => {
    switch (s.kind) {
      case 'leaf':
        return '*';
      case 'static':
        return dataKey(s.value);
      case 'custom':
        return `<${dataKey(s.type)},${dataKey(s.auxiliary)},${key(s.children)}>`;
      case 'list':
        return `[${s.items.map(key).join(',')}]`;
      case 'record': {
        const items = s.items.map(key);
        return `{${s.keys.map((name, i) => `${JSON.stringify(name)}:${items[i] ?? ''}`).join(',')}}`;
      }
    }
  };
  return key(structure);
};
