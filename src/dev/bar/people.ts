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

/** The user of a choice, by the name in the emulator, and what is unusual about the token. */
type Choice = Omit<MintOptions, 'userId'> & { readonly name: string };

const MINT_OPTIONS: Readonly<Record<Exclude<Person, 'none'>, (now: number) => Choice>> = {
  ordinary: () => ({ name: 'ada' }),
  second: () => ({ name: 'grace' }),
  unverified: () => ({ name: 'linus' }),
  restricted: () => ({ name: 'radia' }),
  anonymous: () => ({ name: 'guest' }),
  expired: (now) => ({ name: 'ada', issuedAt: now - LIFETIME - EXPIRED_AGO, expiresIn: LIFETIME }),
  forged: () => ({ name: 'ada', forged: true }),
};

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
    const { name, ...options } = MINT_OPTIONS[person](Math.floor(Date.now() / 1000));
    const user = (await control.people())[name];
    if (!user) return { problem: 'Deleted until the next npm run dev' };
    const accessToken = await control.mintToken({
      ...options,
      userId: user.id,
      sessionId: await sessionOf(user.id),
    });
    return { accessToken };
  };
}
