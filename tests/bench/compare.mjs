/** Results of two libraries, side by side. */

/** The largest difference between two lists of arrays, relative to the largest element of the array it stands in. */
export const difference = (ours, theirs) => {
  if (ours.length !== theirs.length) return Infinity;
  return Math.max(...ours.map((x, i) => leafDifference(x, theirs[i])));
};

const leafDifference = (x, y) => {
  if (x.length !== y.length) return Infinity;
  let [largest, scale] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    const d = Math.abs(x[i] - y[i]);
    if (!(d <= largest)) largest = d; // also NaN
    if (Math.abs(y[i]) > scale) scale = Math.abs(y[i]);
  }
  if (Number.isNaN(largest)) return Infinity;
  return largest === 0 ? 0 : largest / Math.max(scale, Number.MIN_VALUE);
};
