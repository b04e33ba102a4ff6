/** From what sizes on a thing is done another way: as measured, or, so that laws over small arrays reach every way, from the start. */

const measured = {
  /** Multiplications and columns of a product in tiles: smaller ones are folded. */
  tiledWork: 512,
  tiledColumns: 4,
  /** Bytes and rows: up to these the right operand of a product stays where it is, as it is in the cache or used too few times to be worth packing. */
  inPlaceBytes: 64 * 1024,
  inPlaceRows: 24,
  /**
   * Steps of depth and rows (a multiple of the tile's) that one pass of a product takes: the depth stays in the first cache beside a
   * panel of columns, the rows in the second, and a call takes well under a millisecond.
   */
  depthBlock: 256,
  rowBlock: 96,
  /** Bytes and columns of the right operand of a product of few rows: a larger one is read as a stream. */
  streamedBytes: 256 * 1024,
  streamedColumns: 64,
  /** Multiplications of a product that leaves a loop: smaller ones are not worth the memory. */
  hoistedWork: 2048,
  /** Elements: from here on only the room around what is written is filled, in slabs; below, one loop over everything is quicker. */
  slabElements: 4096,
  /** Positions of a sorted axis: shorter rows are merged sooner than 6,000 counters are cleared and added up. */
  countedExtent: 2048,
  /** Elements of a fold and of each of its rows: less fits the second cache as a whole, and shorter rows lose more to short loops than they win. */
  rowwiseSize: 2 ** 15,
  rowwiseRow: 64,
};

export type Thresholds = { readonly [name in keyof typeof measured]: number };

const lowest: Thresholds = {
  tiledWork: 0,
  tiledColumns: 0,
  inPlaceBytes: 64,
  inPlaceRows: 1,
  depthBlock: 2,
  rowBlock: 4,
  streamedBytes: 0,
  streamedColumns: 0,
  hoistedWork: 0,
  slabElements: 0,
  countedExtent: 0,
  rowwiseSize: 0,
  rowwiseRow: 0,
};

export type ThresholdChoice = 'measured' | 'lowest';

const choices: { readonly [choice in ThresholdChoice]: Thresholds } = { measured, lowest };
const state: { choice: ThresholdChoice } = { choice: 'measured' };

/** Choose; takes effect for programs compiled from now on. */
export const chooseThresholds = (choice: ThresholdChoice): void => {
  state.choice = choice;
};

/** What was chosen last. */
export const thresholdChoice = (): ThresholdChoice => state.choice;

/** The thresholds in force. */
export const thresholds = (): Thresholds => choices[state.choice];
