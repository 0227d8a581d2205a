// What tests can do to a running emulator.
import type { Fault } from './fault.ts';
import type { Gate } from './gate.ts';
import { issueAccessToken } from './issue.ts';
import { type MintOptions, mintToken } from './mint.ts';
import type { Provider } from './provider.ts';
import type { Session } from './sessions.ts';
import type { SettingsPatch } from './settings.ts';
import { readState, type State } from './state.ts';
import { createTeamControl, selectTeam, type TeamControl } from './team-control.ts';
import type { Calls, SetFault, Target, Traffic } from './traffic.ts';
import type { EmulatedUser, NewUser, UserPatch } from './user.ts';
import { createUser, deleteUser, sendTestWebhook, updateUser } from './user-changes.ts';
import type { WebhookDelivery, WebhookTarget } from './webhooks.ts';

/** The tokens of a signed-in user, as the provider's SDK stores them. */
interface SignedIn {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly sessionId: string;
}

/** Default: an ordinary session of a year. */
export interface SessionOptions {
  /** Default: a random one. */
  readonly id?: string;
  readonly expiresInMillis?: number;
  readonly isImpersonation?: boolean;
  readonly agentName?: string;
}

/** Commands for tests that no client of the provider has. They take effect immediately, without an HTTP request. */
export interface Control extends TeamControl {
  createUser(options?: NewUser): EmulatedUser;
  /** The current state of a user. */
  findUser(id: string): EmulatedUser | undefined;
  /** Throws when the user does not exist. */
  updateUser(id: string, patch: UserPatch): EmulatedUser;
  /** Deletes a user with all sessions; access tokens stay valid until they expire (contract 9.15). */
  deleteUser(id: string): void;
  /** Sets whether users without a verified e-mail address are restricted (M 42 47). */
  requireEmailVerification(required: boolean): void;
  /** Switches features of the project on and off; absent settings keep their value. */
  updateProject(settings: SettingsPatch): void;
  /** Creates a genuine session, such as one of support (`isImpersonation`). Throws when the user does not exist. */
  signIn(userId: string, options?: SessionOptions): Promise<SignedIn>;
  /** The sessions of a user, the newest first. */
  sessions(userId: string): readonly Session[];
  /** Ends a session; its access tokens stay valid until they expire. False when it does not exist. */
  endSession(id: string): boolean;
  /** Creates an access token, genuine or with the requested defects. Throws when the user does not exist. */
  mintToken(options: MintOptions): Promise<string>;
  /** Everything that belongs to users and teams, to be compared. */
  state(): State;
  calls(): Calls;
  resetCalls(): void;
  /** Holds back the answers of an endpoint: each is made when its request arrives and sent when the gate is released. */
  hold(target: Target): Gate;
  /** Makes an endpoint fail, for all requests or for one user. Returns a function that removes this fault alone. */
  fail(target: Target, fault: Fault, options?: Pick<SetFault, 'userId'>): () => void;
  /** The active faults, the newest last. */
  faults(): readonly SetFault[];
  /** Removes all faults and releases all gates. */
  heal(): void;
  /** Sends an event for each change from now on, to `/webhooks` of a server; nothing is sent before, nor to `undefined`. */
  sendWebhooksTo(url: string | undefined, options?: Pick<WebhookTarget, 'onFailure'>): void;
  /** Switches webhooks off and on; what happens in between is not told, unless by `sendWebhookAgain`. */
  switchWebhooks(isOn: boolean): void;
  areWebhooksOn(): boolean;
  /** Sends the latest event once more, with its id. False when there is none, or no URL to send it to. */
  sendWebhookAgain(): boolean;
  /** Sends `user.updated` of a user who has not changed, also where webhooks are off. False without a URL. Throws when the user does not exist. */
  sendTestWebhook(userId: string): boolean;
  /** The latest events, the oldest first, with their answers. */
  webhooks(): readonly WebhookDelivery[];
  /** Replaces the project's signing keys; the old ones stay in the key set only with `keepOld`. */
  rotateKeys(options?: { readonly keepOld?: boolean }): Promise<void>;
}

/** Creates the control of a running emulator. */
export function createControl(provider: Provider, traffic: Traffic): Control {
  const { main } = provider;
  const updateProject = (settings: SettingsPatch): void => {
    main.settings = { ...main.settings, ...settings };
  };
  return {
    ...createTeamControl(main),
    createUser: (options = {}) => selectTeam(main, createUser(main, options), options),
    findUser: main.users.find,
    updateUser: (id, patch) => selectTeam(main, updateUser(main, id, patch), patch),
    deleteUser: (id) => void deleteUser(main, id),
    requireEmailVerification: (required) => updateProject({ requireEmailVerification: required }),
    updateProject,
    async signIn(userId, options = {}) {
      const user = main.users.find(userId);
      if (!user) throw new Error(`There is no user ${userId}`);
      const { id: sessionId, refreshToken } = main.sessions.create({ userId, ...options });
      const accessToken = await issueAccessToken(provider, { project: main, user, sessionId });
      return { accessToken, refreshToken, sessionId };
    },
    sessions: main.sessions.of,
    endSession: main.sessions.end,
    mintToken: (options) => mintToken(provider, options),
    state: () => readState(main),
    calls: traffic.calls,
    resetCalls: traffic.resetCalls,
    hold: traffic.hold,
    fail: traffic.fail,
    faults: traffic.faults,
    heal: traffic.clearFaults,
    sendWebhooksTo: (url, options) =>
      main.webhooks.sendTo(url === undefined ? undefined : { ...options, url }),
    switchWebhooks: main.webhooks.switch,
    areWebhooksOn: main.webhooks.isOn,
    sendWebhookAgain: main.webhooks.sendAgain,
    sendTestWebhook: (userId) => sendTestWebhook(main, userId),
    webhooks: main.webhooks.deliveries,
    rotateKeys: main.keys.rotate,
  };
}
