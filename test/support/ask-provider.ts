import type { People } from '../../src/emulator/seed.ts';
import type { Outcome } from '../../src/provider/outcomes.ts';
import type { ProviderCall } from '../../src/provider/send.ts';
import { readUuid, type Uuid } from '../../src/provider/uuid.ts';
import { startTestProfiles, type TestProfiles, type TestProfilesOptions } from './test-profiles.ts';

/** Makes a call as one user. */
export type Ask = <T>(call: ProviderCall<T>) => Promise<Outcome<T>>;

/** The provider client, and calls as the emulator's people. */
export interface AskedProvider extends TestProfiles {
  /** Calls as this user, by name or id, with a token of a session where one is given. */
  as(user: keyof People | { readonly id: string }, sessionId?: string): Promise<Ask>;
}

/** Starts an emulator and a provider client. Use it with `await using`. */
export async function startAskedProvider(options?: TestProfilesOptions): Promise<AskedProvider> {
  const test = await startTestProfiles(options);
  return Object.assign(test, {
    async as(user: keyof People | { readonly id: string }, sessionId?: string): Promise<Ask> {
      const { id } = typeof user === 'string' ? test.emulator.people[user] : user;
      const caller = await test.requestOf(id, sessionId === undefined ? {} : { sessionId });
      const provider = test.provider.forRequest({ caller });
      return (call) => provider.call(call);
    },
  });
}

/** An id of the emulator, as the nouns take it. */
export function idOf({ id }: { readonly id: string }): Uuid {
  const checked = readUuid(id);
  if (checked === undefined) throw new Error(`${id} is no UUID`);
  return checked;
}

/** The value of a call that succeeds. */
export async function okOf<T>(outcome: Promise<Outcome<T>>): Promise<T> {
  const ended = await outcome;
  if (ended.kind !== 'ok') throw new Error(`The call ended with ${JSON.stringify(ended)}`);
  return ended.value;
}
