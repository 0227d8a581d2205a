// The test users that the bar can sign in.
import { randomUUID } from 'node:crypto';
import type { MintOptions } from '../../emulator/mint.ts';
import type { EmulatorControl } from './emulator-control.ts';

/** The choices of the menu, in its order. */
export const PEOPLE = {
  ordinary: 'Ada, ordinary user',
  unverified: 'Linus, e-mail not verified',
  restricted: 'Radia, restricted',
  anonymous: 'Guest, anonymous',
  none: 'Nobody, no token',
  expired: 'Ada, expired token',
  forged: 'Ada, forged token',
} as const;

/** A choice of the menu. */
export type Person = keyof typeof PEOPLE;

/** Seconds; the lifetime of the provider's tokens. */
const LIFETIME = 600;
/** Seconds since the expired token has expired. */
const EXPIRED_AGO = 60;

const MINT_OPTIONS: Readonly<
  Record<Exclude<Person, 'none'>, (id: (name: string) => string, now: number) => MintOptions>
> = {
  ordinary: (id) => ({ userId: id('ada') }),
  unverified: (id) => ({ userId: id('linus') }),
  restricted: (id) => ({ userId: id('radia') }),
  anonymous: (id) => ({ userId: id('guest') }),
  expired: (id, now) => ({
    userId: id('ada'),
    issuedAt: now - LIFETIME - EXPIRED_AGO,
    expiresIn: LIFETIME,
  }),
  forged: (id) => ({ userId: id('ada'), forged: true }),
};

/** Creates a function that issues a new token for a choice; undefined for `none`. Each choice keeps one session. */
export function createSignIn(control: EmulatorControl): (person: Person) => Promise<string | undefined> {
  const sessions = new Map<Person, string>();
  return async (person) => {
    if (person === 'none') return undefined;
    const people = await control.people();
    const idOf = (name: string) => {
      const found = people[name];
      if (!found) throw new Error(`The emulator has no user ${name}`);
      return found.id;
    };
    const sessionId = sessions.get(person) ?? randomUUID();
    sessions.set(person, sessionId);
    return control.mintToken({ ...MINT_OPTIONS[person](idOf, Math.floor(Date.now() / 1000)), sessionId });
  };
}
