/** What is asked of fluxion in a row: a sentence for the table, and by what factor the measurement clears it (1 is just enough). */

/** @typedef {{ text: (strict: boolean) => string, margin: (row: object) => number | null }} Need */

const medianOf = (row, label) => row.contenders[label]?.median ?? null;

/** The fastest peer that gave the right result. */
export const bestPeer = (row, only) => {
  const peers = row.peers
    .filter((label) => only === undefined || label === only)
    .filter((label) => medianOf(row, label) !== null && row.contenders[label].agrees);
  return peers.sort((a, b) => medianOf(row, a) - medianOf(row, b))[0] ?? null;
};

const quotient = (a, b) => (a === null || b === null ? null : a / b);

/** At least so much of the machine's peak, measured in the same rounds. */
export const ofPeak = (relaxed, strict) => ({
  text: (isStrict) => `${Math.round((isStrict ? strict : relaxed) * 100)} % of peak`,
  margin: (row) => quotient(row.ofPeak, row.strict ? strict : relaxed),
});
/** So many times as fast as the better peer, or as one of them. */
export const faster = (times, peer) => ({
  text: () => `${times}x ${peer ?? 'better peer'}`,
  margin: (row) => {
    const best = bestPeer(row, peer);
    return best === null ? null : quotient(quotient(medianOf(row, best), medianOf(row, 'fluxion')), times);
  },
});
/** At most so many milliseconds. */
export const atMost = (limit) => ({
  text: () => `${limit < 1 ? `${limit * 1000} us` : `${limit} ms`}`,
  margin: (row) => quotient(limit, medianOf(row, 'fluxion')),
});
/** At least so much of the speed of another program of the same row, which does the same number of operations. */
export const shareOf = (label, share) => ({
  text: () => `${Math.round(share * 100)} % of ${label}`,
  margin: (row) => quotient(quotient(medianOf(row, label), medianOf(row, 'fluxion')), share),
});
/** At most so many times the duration of another program of the same row. */
export const within = (label, times) => ({
  text: () => `${times}x ${label} at most`,
  margin: (row) =>
    quotient(medianOf(row, label) === null ? null : times * medianOf(row, label), medianOf(row, 'fluxion')),
});
/** The same function in a fresh closure reuses what was compiled. */
export const compilesNothing = () => ({
  text: () => 'fresh closure compiles nothing',
  margin: (row) => (row.fresh === undefined ? null : row.fresh.modules === 0 ? Infinity : 0),
});
