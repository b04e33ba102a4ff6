/** The bounded caches, and how to empty them. */
import { clearExecutables } from './runtime/cache.ts';
import { forgetPlans } from './runtime/executor.ts';
import { dropMirrors } from './runtime/mirror.ts';
import { forgetPrograms } from './core/key.ts';

/** Forget every program, executable and mirror kept for reuse; nothing but time is lost. */
export const clearCaches = (): void => {
  forgetPrograms();
  clearExecutables();
  forgetPlans();
  dropMirrors();
};
