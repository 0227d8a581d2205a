// What the soak is told on the command line.
import { parseArgs } from 'node:util';

/** How long, how much, and which run of all possible ones. `rate` is in requests a second. */
export interface SoakOptions {
  readonly minutes: number;
  readonly rate: number;
  readonly connections: number;
  readonly seed: number;
  /** Only troubles whose names contain it. */
  readonly only: string;
  /** Servers that share a Redis and are sent webhooks, where there are more than one. */
  readonly replicas: number;
}

/** What `--help` tells. */
export const USAGE = `npm run soak -- [options]

--minutes 10       how long
--rate 200         requests a second
--connections 400  of the load
--seed 4711        the run of all possible ones; a run prints its own
--only 'slow'      only troubles whose names contain it
--replicas 1       servers that share a Redis, up to 4
`;

/** Reads the options; `undefined` where help is asked for. Throws where one is unknown, or no number that fits. */
export function readOptions(args: readonly string[]): SoakOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '10' },
      rate: { type: 'string', default: '200' },
      connections: { type: 'string', default: '400' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      only: { type: 'string', default: '' },
      replicas: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const number = (
    name: keyof typeof values,
    { min, max }: { readonly min: number; readonly max: number },
  ) => {
    const value = Number(values[name]);
    if (!(value >= min && value <= max)) throw new Error(`--${name} must be a number from ${min} to ${max}`);
    return value;
  };
  return {
    minutes: number('minutes', { min: 1, max: 600 }),
    rate: number('rate', { min: 10, max: 5_000 }),
    connections: number('connections', { min: 1, max: 1_000 }),
    seed: number('seed', { min: 0, max: 2 ** 31 }),
    only: values.only,
    replicas: number('replicas', { min: 1, max: 4 }),
  };
}
