/** A binary heap: the first of many by an order, while they change. Kept in a list that only its owner sees. */

/** Whether one stands before another. */
export type Before<T> = (a: T, b: T) => boolean;

/** Puts an item in. */
export const push = <T>(heap: T[], item: T, before: Before<T>): void => {
  let at = heap.length;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || !before(item, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = item;
};

/** Takes the first item out. */
export const pop = <T>(heap: T[], before: Before<T>): T | undefined => {
  const first = heap[0];
  const item = heap.pop();
  if (item === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    const [left, right] = [2 * at + 1, 2 * at + 2];
    const [a, b] = [heap[left], heap[right]];
    if (a === undefined) break;
    const [child, below] = b !== undefined && before(b, a) ? [right, b] : [left, a];
    if (!before(below, item)) break;
    heap[at] = below;
    at = child;
  }
  heap[at] = item;
  return first;
};
