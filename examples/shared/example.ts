/** What every example is: a function of a setting that tells what it found. */

/** How much to do, where to write, and whom to tell. */
export interface Setting {
  /** `full` reaches the figures of the gallery; `quick` does less, but enough to show that it works. */
  readonly budget: 'full' | 'quick';
  /** The folder for pictures and files. */
  readonly out: string;
  readonly write: (line: string) => void;
}

/** What an example found, by name: the figures that it promises. */
export interface Figures {
  readonly [name: string]: number;
}

/** An example: its file exports one as `run`. It throws one sentence if something is wrong. */
export type Example = (setting: Setting) => Promise<Figures>;
