// The machine and the moment, as far as others need them to judge the figures: no names, no paths.
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import type { Cores } from '../run/cores.ts';
import type { Options } from '../run/options.ts';
import { describeCommit } from '../run/prepare.ts';

/** What stands above every table. */
export interface Circumstances {
  readonly command: string;
  readonly commit: string;
  readonly date: string;
  readonly node: string;
  /** Absent where nothing was measured on it. */
  readonly bun: string | undefined;
  readonly system: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly pinned: boolean;
  /** Of the last minute before the run: what else was going on. */
  readonly loadBefore: number;
  readonly options: Pick<
    Options,
    'rounds' | 'otherRounds' | 'seconds' | 'warmUp' | 'connections' | 'users' | 'sweep' | 'logLevel'
  >;
}

/** Machine and commit in a sentence. */
export function describeBriefly({ node, cores, pinned, loadBefore, commit }: Circumstances): string {
  return `Node ${node}, ${cores} cores, ${pinned ? 'pinned' : 'not pinned'}; load average before the run ${loadBefore}; commit ${commit}.`;
}

/** Describes where and how a run takes place, at its start. */
export function describeCircumstances(options: Options, { pinned }: Cores): Circumstances {
  const { rounds, otherRounds, seconds, warmUp, connections, users, sweep, logLevel } = options;
  return {
    command: options.command,
    commit: options.dist === undefined ? describeCommit() : 'a build given by --dist',
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    bun: options.bun && readVersion(options.bun),
    system: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    pinned,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    options: { rounds, otherRounds, seconds, warmUp, connections, users, sweep, logLevel },
  };
}

function readVersion(command: string): string {
  return execFileSync(command, ['--version'], { encoding: 'utf8' }).trim();
}
