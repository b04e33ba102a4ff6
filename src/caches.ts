/** The bounded caches, and how to empty them. */
import { clearExecutables } from './compiler/cache.ts';
import { forgetPrograms } from './core/key.ts';

/** Forget every program and executable kept for reuse; nothing but time is lost. */
export const clearCaches = (): void => {
  forgetPrograms();
  clearExecutables();
};
