// What tests can do to a running emulator.
import type { Fault } from './fault.ts';
import type { Gate } from './gate.ts';
import { issueAccessToken } from './issue.ts';
import { type MintOptions, mintToken } from './mint.ts';
import type { Provider } from './provider.ts';
import type { Calls, SetFault, Target, Traffic } from './traffic.ts';
import type { EmulatedUser, NewUser, UserPatch } from './user.ts';

/** The tokens of a signed-in user, as the provider's SDK stores them. */
interface SignedIn {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly sessionId: string;
}

/** Commands for tests that no client of the provider has. They take effect immediately, without an HTTP request. */
export interface Control {
  createUser(options?: NewUser): EmulatedUser;
  /** The current state of a user. */
  findUser(id: string): EmulatedUser | undefined;
  /** Throws when the user does not exist. */
  updateUser(id: string, patch: UserPatch): EmulatedUser;
  /** Deletes a user with all sessions; access tokens stay valid until they expire (contract 9.15). */
  deleteUser(id: string): void;
  /** Sets whether users without a verified e-mail address are restricted (M 42 47). */
  requireEmailVerification(required: boolean): void;
  /** Creates a genuine session. Throws when the user does not exist. */
  signIn(userId: string): Promise<SignedIn>;
  /** Creates an access token, genuine or with the requested defects. Throws when the user does not exist. */
  mintToken(options: MintOptions): Promise<string>;
  calls(): Calls;
  resetCalls(): void;
  /** Holds back the answers of an endpoint: each is made when its request arrives and sent when the gate is released. */
  hold(target: Target): Gate;
  /** Makes an endpoint fail. Returns a function that removes this fault alone. */
  fail(target: Target, fault: Fault): () => void;
  /** The active faults, the newest last. */
  faults(): readonly SetFault[];
  /** Removes all faults and releases all gates. */
  heal(): void;
  /** Replaces the project's signing keys; the old ones stay in the key set only with `keepOld`. */
  rotateKeys(options?: { readonly keepOld?: boolean }): Promise<void>;
}

/** Creates the control of a running emulator. */
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
    heal: traffic.clearFaults,
    rotateKeys: main.keys.rotate,
  };
}
