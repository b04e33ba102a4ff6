/** Fills the executor slot. Importing this file is what makes the library run. */
import { installExecutor } from '../core/executor.ts';
import { compiler } from './executor.ts';

installExecutor(compiler);
