/** Datasets that keep elements: for the next time, or for the moment when they are asked for. */
import { checkCount, generated, indexed, type Dataset } from './dataset.ts';

/**
 * The same elements, each computed once and then kept. Several who go through it at a time share the work. An error is not kept: the next
 * one starts anew.
 */
export const cache = <T>(dataset: Dataset<T>): Dataset<T> => {
  const { access, size } = dataset;
  if (access !== null && size !== null && size !== Infinity) {
    const kept = new Map<number, T>();
    const at = (position: number): T => {
      // Sound: only elements are kept; the second reading is for those that are `undefined`.
      if (kept.has(position)) return kept.get(position) as T;
      const element = access.at(position);
      kept.set(position, element);
      return element;
    };
    return indexed(size, { at, gather: access.gather });
  }
  let kept: T[] = [];
  let source: Iterator<T> | null = null;
  let isWhole = false;
  const pull = (): void => {
    try {
      source ??= dataset[Symbol.iterator]();
      const next = source.next();
      if (next.done === true) isWhole = true;
      else kept.push(next.value);
    } catch (cause) {
      [kept, source] = [[], null];
      throw cause;
    }
  };
  return generated(function* () {
    for (let i = 0; ; i++) {
      while (i >= kept.length && !isWhole) pull();
      if (i >= kept.length) return;
      yield kept[i] as T; // sound: within the list
    }
  }, size);
};

/** What came of asking for an element. */
type Outcome<T> = { readonly result: IteratorResult<T> } | { readonly cause: unknown };

/** Lets other work of the event loop happen. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** An iterator that goes up to `count` elements ahead of whoever asks. */
const readAhead = <T>(source: Iterator<T>, count: number): AsyncIterator<T> => {
  const ahead: Outcome<T>[] = [];
  let [isEnded, isFilling] = [false, false];
  const pull = (): Outcome<T> => {
    try {
      const result = source.next();
      isEnded ||= result.done === true;
      return { result };
    } catch (cause) {
      isEnded = true;
      return { cause };
    }
  };
  const fill = async (): Promise<void> => {
    isFilling = true;
    await nextTurn();
    while (ahead.length < count && !isEnded) {
      ahead.push(pull());
      await nextTurn();
    }
    isFilling = false;
  };
  return {
    next: async () => {
      const outcome = ahead.shift() ?? pull();
      if (!isEnded && !isFilling) void fill();
      if ('cause' in outcome) throw outcome.cause;
      return outcome.result;
    },
    return: async () => {
      isEnded = true;
      ahead.length = 0;
      source.return?.();
      return { done: true, value: undefined };
    },
  };
};

/**
 * The same elements; `for await` finds up to `count` of them computed ahead, in turns of the event loop in which its body waits for something
 * else. Put it last: what is made of it computes on demand again. `for` is not changed.
 */
export const prefetch =
  <T>(count: number) =>
  (dataset: Dataset<T>): Dataset<T> => {
    checkCount('prefetch', 'a count', count, 1);
    const start = (): Iterator<T> => dataset[Symbol.iterator]();
    return generated(start, dataset.size, { access: dataset.access, startAsync: () => readAhead(start(), count) });
  };
