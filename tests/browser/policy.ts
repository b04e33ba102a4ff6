/** The script of a page that tries what the policy forbids. */
import { write } from './report.ts';

const attempt = (): string => {
  try {
    Reflect.construct(Function, ['return 1']);
    return 'allowed';
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
};

write(attempt());
