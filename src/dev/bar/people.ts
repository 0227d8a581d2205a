// Whom the bar can sign in, and how.
import { randomUUID } from 'node:crypto';
import type { MintOptions } from '../../emulator/mint.ts';
import type { EmulatorControl } from './emulator-control.ts';

/** Who can be chosen, in the order of the menu. */
export const PEOPLE = {
  ordinary: 'Ada, ordinary user',
  unverified: 'Linus, e-mail not verified',
  restricted: 'Radia, restricted',
  anonymous: 'Guest, anonymous',
  nobody: 'Nobody, no token',
  expired: 'Ada, expired token',
  forged: 'Ada, forged token',
} as const;

/** One of those who can be chosen. */
export type Person = keyof typeof PEOPLE;

/** Seconds: as old as the provider's tokens grow. */
const LIFETIME = 600;
const EXPIRED_AGO = 60;

const WISHES: Readonly<
  Record<Exclude<Person, 'nobody'>, (id: (name: string) => string, now: number) => MintOptions>
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

/** Makes a fresh token of the person, of one session as long as the server lives; none of nobody. */
export function createSignIn(control: EmulatorControl): (person: Person) => Promise<string | undefined> {
  const sessions = new Map<Person, string>();
  return async (person) => {
    if (person === 'nobody') return undefined;
    const people = await control.people();
    const idOf = (name: string) => {
      const found = people[name];
      if (!found) throw new Error(`The emulator has no ${name}`);
      return found.id;
    };
    const sessionId = sessions.get(person) ?? randomUUID();
    sessions.set(person, sessionId);
    return control.mintToken({ ...WISHES[person](idOf, Math.floor(Date.now() / 1000)), sessionId });
  };
}
