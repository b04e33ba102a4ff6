/** Trees of plain records and lists, walked in one order whichever library's arrays stand at the leaves. */

export const mapLeaves = (f, isLeaf, node) => {
  if (isLeaf(node)) return f(node);
  if (Array.isArray(node)) return node.map((item) => mapLeaves(f, isLeaf, item));
  return Object.fromEntries(
    Object.keys(node)
      .sort()
      .map((key) => [key, mapLeaves(f, isLeaf, node[key])]),
  );
};

export const leavesOf = (isLeaf, node) => {
  const leaves = [];
  mapLeaves((leaf) => leaves.push(leaf), isLeaf, node);
  return leaves;
};

export const isTensor = (node) => 'values' in node && 'shape' in node;
