// `npm --prefix bench run start`: from spawning the built server to its first response, against a bare node:http server.
import { tableOfStarts } from '../report/starts.ts';
import { divideCores } from '../run/cores.ts';
import { readOptions } from '../run/options.ts';
import { buildOurs } from '../run/prepare.ts';
import { measureStarts } from '../run/starts.ts';

/** Rounds where `--rounds` does not say otherwise. */
const ROUNDS = 15;

const args = process.argv.slice(2);
const options = readOptions(args);
if (!options) throw new Error('The options are those of the benchmark: --rounds, --dist, --also, --bun');
if (options.dist === undefined) buildOurs();
const rounds = args.includes('--rounds') ? options.rounds : ROUNDS;
const rows = await measureStarts({ options, rounds, cores: divideCores() });
process.stdout.write(`${tableOfStarts(rows)}\n`);
