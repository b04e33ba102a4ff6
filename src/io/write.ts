/** Writing files so that a crash leaves either the old one or the new one, never half of one. */
import * as TE from 'fp-ts/lib/TaskEither.js';
import { messageOf } from '../array/errors.ts';
import { makeFolder } from './folder.ts';

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
