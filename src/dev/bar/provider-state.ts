// How the provider is, and how it can be made to be.
import type { Fault } from '../../emulator/fault.ts';
import type { EmulatorControl } from './emulator-control.ts';

/** What can be chosen, in the order of the menu. */
export const PROVIDER_STATES = {
  healthy: 'Healthy',
  down: 'Down (503)',
  slow: 'Slow (3 s)',
  limited: 'Limits us (429)',
} as const;

/** One of those states. */
export type ProviderState = keyof typeof PROVIDER_STATES;

const FAULTS: Readonly<Record<Exclude<ProviderState, 'healthy'>, Fault>> = {
  down: { kind: 'status', status: 503 },
  slow: { kind: 'slow', ms: 3_000 },
  limited: { kind: 'status', status: 429, headers: { 'retry-after': '2' } },
};

/** Puts the provider into a state. */
export async function setProviderState(control: EmulatorControl, state: ProviderState): Promise<void> {
  await control.heal();
  if (state !== 'healthy') await control.fail('all', FAULTS[state]);
}

/** The state that the provider is in; `undefined` for faults that were set by somebody else. */
export async function readProviderState(control: EmulatorControl): Promise<ProviderState | undefined> {
  const [newest] = (await control.faults()).slice(-1);
  if (!newest) return 'healthy';
  const isSame = (fault: Fault) => JSON.stringify(fault) === JSON.stringify(newest.fault);
  return (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).find((state) => isSame(FAULTS[state]));
}
