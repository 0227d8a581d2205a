// The test users that the bar can sign in.
import type { MintOptions } from '../../emulator/mint.ts';
import type { EmulatorControl } from './emulator-control.ts';

/** The choices of the menu, in its order. */
export const PEOPLE = {
  ordinary: 'Ada, ordinary user',
  second: 'Grace, in the same teams',
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
  second: (id) => ({ userId: id('grace') }),
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

/** By this the bar finds its session of a user again after a restart of the server. */
const AGENT = 'GraphiQL';

/**
 * Creates a function that issues a new token for a choice; undefined for `none`. A user keeps one session, as in a browser,
 * until it is ended: then the next token is of a new one.
 */
export function createSignIn(control: EmulatorControl): (person: Person) => Promise<string | undefined> {
  async function sessionOf(userId: string): Promise<string> {
    const kept = (await control.sessions(userId)).find(({ agentName }) => agentName === AGENT);
    return kept?.id ?? control.startSession(userId, { agentName: AGENT });
  }

  return async (person) => {
    if (person === 'none') return undefined;
    const people = await control.people();
    const idOf = (name: string) => {
      const found = people[name];
      if (!found) throw new Error(`The emulator has no user ${name}`);
      return found.id;
    };
    const options = MINT_OPTIONS[person](idOf, Math.floor(Date.now() / 1000));
    return control.mintToken({ ...options, sessionId: await sessionOf(options.userId) });
  };
}
