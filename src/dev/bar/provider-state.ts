// The states of the emulated provider that the bar can set.
import type { Fault } from '../../emulator/fault.ts';
import type { EmulatorControl } from './emulator-control.ts';

/** The choices of the menu, in its order. */
export const PROVIDER_STATES = {
  healthy: 'Healthy',
  down: 'Down (503)',
  slow: 'Slow (3 s)',
  limited: 'Limits us (429)',
} as const;

/** A choice of the menu. */
export type ProviderState = keyof typeof PROVIDER_STATES;

const FAULTS: Readonly<Record<Exclude<ProviderState, 'healthy'>, Fault>> = {
  down: { kind: 'status', status: 503 },
  slow: { kind: 'slow', ms: 3_000 },
  limited: { kind: 'status', status: 429, headers: { 'retry-after': '2' } },
};

/** Sets the state of the provider. */
export async function setProviderState(control: EmulatorControl, state: ProviderState): Promise<void> {
  await control.clearFaults();
  if (state !== 'healthy') await control.fail('all', FAULTS[state]);
}

/** The current state of the provider; `undefined` for faults that the bar did not set. */
export async function readProviderState(control: EmulatorControl): Promise<ProviderState | undefined> {
  const [newest] = (await control.faults()).slice(-1);
  if (!newest) return 'healthy';
  const isSame = (fault: Fault) => JSON.stringify(fault) === JSON.stringify(newest.fault);
  return (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).find((state) => isSame(FAULTS[state]));
}
