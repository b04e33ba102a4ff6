/** Folders for files, without the packages that the rest of io stands on. */

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
