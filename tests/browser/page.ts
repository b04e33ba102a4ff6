/** The script of the smoke page: runs the program and writes what it found. */
import { write } from './report.ts';
import { smoke } from './smoke.ts';
// The other sub-paths that browsers can load without a bundler.
import 'fluxion/extend';
import 'fluxion/explain';
import 'fluxion/series';
import 'fluxion/plot';

write(await smoke());
