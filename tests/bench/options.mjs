/** What stands on the command line of `npm run bench -- ...`. */
import { parseArgs } from 'node:util';
import { workloads } from './workloads.mjs';

const matches = (pattern) => {
  const shape = new RegExp(`^${pattern.split('*').map(escape).join('.*')}$`);
  return ({ name }) => shape.test(name);
};
const escape = (text) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');

const chosen = (only) => {
  if (only === undefined) return workloads;
  const patterns = only.split(',');
  const lost = patterns.find((pattern) => !workloads.some(matches(pattern)));
  if (lost !== undefined)
    throw new Error(
      `bench: no workload is called ${lost}. There are: ${workloads.map(({ name }) => name).join(', ')}.`,
    );
  return workloads.filter((workload) => patterns.some((pattern) => matches(pattern)(workload)));
};

/** The options of a run; throws a sentence on what it does not know. */
export const options = (argv) => {
  const { values } = parseArgs({
    args: argv,
    options: {
      only: { type: 'string' },
      rounds: { type: 'string', default: '25' },
      peers: { type: 'string', default: 'jax-js,tfjs' },
      'no-peers': { type: 'boolean', default: false },
      'no-build': { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
      build: { type: 'string' },
      list: { type: 'boolean', default: false },
    },
  });
  return {
    workloads: chosen(values.only),
    whole: values.only === undefined,
    rounds: Number(values.rounds),
    peers: values['no-peers'] ? [] : values.peers.split(','),
    builds: !values['no-build'] && values.build === undefined,
    strict: values.strict,
    build: values.build,
    list: values.list,
  };
};
