/** Writing files so that a crash leaves either the old one or the new one, never half of one. */
import * as TE from 'fp-ts/lib/TaskEither.js';

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/**
 * Makes a folder, and those above it that are missing. Node 20's `mkdir` with `recursive` never comes back where a folder can hold no new ones, as
 * in /proc.
 */
export const makeFolder = async (path: string): Promise<void> => {
  const { mkdir, stat } = await import('node:fs/promises');
  const paths = await import('node:path');
  const isFolder = (): Promise<boolean> =>
    stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
  if (await isFolder()) return;
  const above = paths.dirname(path);
  if (above !== path) await makeFolder(above);
  try {
    await mkdir(path);
  } catch (cause) {
    if (!(await isFolder())) throw cause;
  }
};

/** Write to a temporary file beside the target, force it to the disk, then rename it; makes the folder if it is missing. */
export const writeAtomically = (path: string, contents: Uint8Array | string): TE.TaskEither<string, void> =>
  TE.tryCatch(
    async () => {
      const { open, rename, rm } = await import('node:fs/promises');
      const paths = await import('node:path');
      await makeFolder(paths.dirname(path));
      const temporary = `${path}.${crypto.randomUUID()}.tmp`;
      try {
        const file = await open(temporary, 'wx');
        try {
          await file.writeFile(contents);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(temporary, path);
      } catch (cause) {
        await rm(temporary, { force: true });
        throw cause;
      }
    },
    (cause) =>
      `${path}: expected a file that can be written, got ${messageOf(cause)}. Check the folder and its rights.`,
  );
