/** Arrays that laws make from others: marked elements, batches of three, and the loop that a batch should equal. */
import { lax, np, type NDArray } from 'fluxion';

/** Elements that differ from each other and between arrays, all exact. */
export const counted = (like: NDArray): NDArray =>
  np
    .reshape(np.array(Array.from({ length: like.size }, (_, i) => ((i * 7 + 3) % 17) - 8)), like.shape)
    .astype(like.dtype);

/** Element `i` along the first axis. */
const rowOf = (x: NDArray, i: number): NDArray =>
  np.reshape(
    lax.slice(
      x,
      x.shape.map((_, axis) => (axis === 0 ? i : 0)),
      x.shape.map((extent, axis) => (axis === 0 ? i + 1 : extent)),
    ),
    x.shape.slice(1),
  );

/** Each element along the first axis of the mapped operands on its own, stacked. */
export const looped = (
  f: (...xs: readonly NDArray[]) => NDArray,
  xs: readonly NDArray[],
  mapped: readonly boolean[],
): NDArray =>
  np.stack(Array.from({ length: 3 }, (_, i) => f(...xs.map((x, j) => (mapped[j] === true ? rowOf(x, i) : x)))));

/** Three variants of an array along a new first axis. */
export const threefold = (x: NDArray): NDArray => np.stack([x, x.add(x), counted(x)]);
