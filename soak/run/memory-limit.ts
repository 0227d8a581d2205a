// The kernel's limit on the memory of a process, by a control group of its own, where this user may create one.
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';

/** A control group. */
export interface MemoryLimit {
  /** Whatever writes its process id to this file is limited, with all that it allocates from then on. */
  readonly members: string;
  /** Removes the group, once it has no process. */
  remove(): void;
}

/** The file that takes the limit, for both versions of control groups. */
const HIERARCHIES = [
  { root: '/sys/fs/cgroup', file: 'memory.max' },
  { root: '/sys/fs/cgroup/memory', file: 'memory.limit_in_bytes' },
];

/** Creates a group. Where its members use more than `bytes` together, the kernel kills one. `undefined` where this user may not create one. */
export function createMemoryLimit(bytes: number): MemoryLimit | undefined {
  for (const { root, file } of HIERARCHIES) {
    const group = `${root}/stack-auth-graphql-${process.pid}`;
    if (!existsSync(`${root}/cgroup.procs`)) continue;
    const remove = () => rmdirSync(group);
    try {
      mkdirSync(group);
    } catch {
      continue;
    }
    try {
      writeFileSync(`${group}/${file}`, String(bytes));
      return { members: `${group}/cgroup.procs`, remove };
    } catch {
      remove();
    }
  }
  return undefined;
}
