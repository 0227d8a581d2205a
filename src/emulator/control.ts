import type { Fault } from './fault.ts';
import type { Gate } from './gate.ts';
import { issueAccessToken } from './issue.ts';
import { type MintOptions, mintToken } from './mint.ts';
import type { Provider } from './provider.ts';
import type { Calls, SetFault, Target, Traffic } from './traffic.ts';
import type { EmulatedUser, NewUser, UserPatch } from './user.ts';

/** A signed-in user, as the provider's SDK keeps him. */
interface SignedIn {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly sessionId: string;
}

/** What tests do to an emulator that no client of the provider can; all of it at once, without a request. */
export interface Control {
  createUser(options?: NewUser): EmulatedUser;
  /** The user as he is now. */
  findUser(id: string): EmulatedUser | undefined;
  /** Throws when there is no such user. */
  updateUser(id: string, patch: UserPatch): EmulatedUser;
  /** Deletes a user and his sessions; his access tokens stay good until they expire (contract 9.15). */
  deleteUser(id: string): void;
  /** Restricts everybody without a verified e-mail, or no longer (M 42 47). */
  requireEmailVerification(required: boolean): void;
  /** A genuine session. Throws when there is no such user. */
  signIn(userId: string): Promise<SignedIn>;
  /** An access token, genuine or wrong in the ways asked for. Throws when there is no such user. */
  mintToken(options: MintOptions): Promise<string>;
  calls(): Calls;
  resetCalls(): void;
  /** Holds the answers of an endpoint back: they are made when the request arrives, and leave with the release. */
  hold(target: Target): Gate;
  /** Makes an endpoint fail; what it returns ends this fault alone. */
  fail(target: Target, fault: Fault): () => void;
  /** The faults in force, the newest last. */
  faults(): readonly SetFault[];
  /** Ends all faults and holds. */
  heal(): void;
  /** New signing keys for the project; the old ones vanish unless they are kept. */
  rotateKeys(options?: { readonly keepOld?: boolean }): Promise<void>;
}

/** The control of a running emulator. */
export function createControl(provider: Provider, traffic: Traffic): Control {
  const { main } = provider;
  return {
    createUser: main.users.create,
    findUser: main.users.find,
    updateUser: main.users.update,
    deleteUser(id) {
      main.users.delete(id);
      main.sessions.endAllOf(id);
    },
    requireEmailVerification(required) {
      main.requiresEmailVerification = required;
    },
    async signIn(userId) {
      const user = main.users.find(userId);
      if (!user) throw new Error(`There is no user ${userId}`);
      const { id: sessionId, refreshToken } = main.sessions.create({ userId });
      const accessToken = await issueAccessToken(provider, { project: main, user, sessionId });
      return { accessToken, refreshToken, sessionId };
    },
    mintToken: (options) => mintToken(provider, options),
    calls: traffic.calls,
    resetCalls: traffic.resetCalls,
    hold: traffic.hold,
    fail: traffic.fail,
    faults: traffic.faults,
    heal: traffic.heal,
    rotateKeys: main.keys.rotate,
  };
}
