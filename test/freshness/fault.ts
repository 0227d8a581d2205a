// A fault that is planted into replicas: it breaks one rule, and the model checker must find it.
import type { FleetOptions } from './fleet.ts';
import type { GroupName } from './step-groups.ts';

/** A fault: settings of the fleet, and what plants it outside of the replicas. */
export interface Fault {
  /** The steps by which it is found soon. */
  readonly foundBy: GroupName;
  readonly fleet?: Partial<FleetOptions>;
  /** Returns what removes it. */
  readonly plant?: () => () => void;
}

/** Faults by what is wrong. */
export type Faults = Readonly<Record<string, Fault>>;

/** What a fault consists of. */
export type Planted = Omit<Fault, 'foundBy'>;

/** Replaces a method until the returned function is called. */
export function replace<T extends object, K extends keyof T>(
  owner: T,
  name: K,
  by: (own: T[K]) => T[K],
): () => void {
  const own = owner[name];
  owner[name] = by(own);
  return () => {
    owner[name] = own;
  };
}

/** A method of all replicas, and of all other objects of the class. */
export function withMethod<T extends object, K extends keyof T>(
  owner: T,
  name: K,
  by: (own: T[K]) => T[K],
): Planted {
  return { plant: () => replace(owner, name, by) };
}
