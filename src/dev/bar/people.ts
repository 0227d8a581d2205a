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
  none: 'No user, no token',
  expired: 'Ada, expired token',
  forged: 'Ada, forged token',
} as const;

/** A choice of the menu. */
export type Person = keyof typeof PEOPLE;

/** Seconds; the lifetime of the provider's tokens. */
const LIFETIME = 600;
/** Seconds since the expired token has expired. */
const EXPIRED_AGO = 60;

/** The users behind the choices, by their names in the emulator. */
export const USERS = {
  ada: 'Ada',
  grace: 'Grace',
  linus: 'Linus',
  radia: 'Radia',
  guest: 'Guest',
} as const;

/** The name of a user in the emulator. */
export type UserName = keyof typeof USERS;

/** The user of each choice. */
export const USER_OF: Readonly<Record<Exclude<Person, 'none'>, UserName>> = {
  ordinary: 'ada',
  second: 'grace',
  unverified: 'linus',
  restricted: 'radia',
  anonymous: 'guest',
  expired: 'ada',
  forged: 'ada',
};

/** What the bar says about a user who has been deleted. */
export const DELETED = 'Deleted until the next npm run dev';

/** What is unusual about the token of a choice. */
function defectsOf(person: Person, now: number): Omit<MintOptions, 'userId'> {
  if (person === 'expired') return { issuedAt: now - LIFETIME - EXPIRED_AGO, expiresIn: LIFETIME };
  return person === 'forged' ? { forged: true } : {};
}

/** By this the bar finds its session of a user again after a restart of the server. */
const AGENT = 'GraphiQL';

/** A new token, or why there is none. Neither for `none`. */
export interface SignedIn {
  readonly accessToken?: string;
  readonly problem?: string;
}

/**
 * Creates a function that issues a new token for a choice. A user keeps one session, as in a browser, until it is ended: then
 * the next token is of a new one.
 */
export function createSignIn(control: EmulatorControl): (person: Person) => Promise<SignedIn> {
  async function sessionOf(userId: string): Promise<string> {
    const kept = (await control.sessions(userId)).find(({ agentName }) => agentName === AGENT);
    return kept?.id ?? control.startSession(userId, { agentName: AGENT });
  }

  return async (person) => {
    if (person === 'none') return {};
    const user = (await control.people())[USER_OF[person]];
    if (!user) return { problem: DELETED };
    const accessToken = await control.mintToken({
      ...defectsOf(person, Math.floor(Date.now() / 1000)),
      userId: user.id,
      sessionId: await sessionOf(user.id),
    });
    return { accessToken };
  };
}
