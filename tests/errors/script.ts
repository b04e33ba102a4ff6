// A user's program, run as a process of its own by place.test.ts: it prints where each error says that it was made.
import { debugNans, FluxionError, grad, jit, np, scan, type NDArray } from 'fluxion';

const report = (name: string, body: () => unknown): void => {
  try {
    body();
  } catch (error) {
    if (!(error instanceof FluxionError)) throw error;
    console.log(`${name} ${error.place ?? 'nowhere'}`);
  }
};

interface Params {
  readonly w: NDArray;
}

const choose = (x: NDArray): NDArray => {
  const isLarge = Number(x.item()) > 1; // here: item
  return isLarge ? x : x.neg();
};
report('item', () => jit(choose)(1));
report('item', () => grad(jit(choose))(1));
report('shape', () =>
  jit(
    ({ w }: Params) => w.add(np.ones([3])), // here: shape
  )({ w: np.ones([2]) }),
);
report('operator', () =>
  grad(
    (x: NDArray) => ((x as unknown as number) * 2) as unknown as NDArray, // here: operator
  )(1),
);
const root = (x: NDArray): NDArray =>
  np
    .sqrt(x.sub(2)) // here: nan
    .sum();
report('nan', () => debugNans(() => root(np.ones([2]))));
report('nan', () => debugNans(() => jit(root)(np.ones([2]))));
report('nan', () => debugNans(() => jit(grad(root))(np.ones([2]))));
const walk = (carry: NDArray, x: NDArray): readonly [NDArray, NDArray] => {
  const next = carry.add(Number(x.item())); // here: scan
  return [next, x];
};
report('scan', () => scan(walk, 0, np.ones([2])));
