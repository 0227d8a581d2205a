// `stack-auth-graphql/testing`: a local identity provider for tests, over HTTP on loopback.
import type { Control } from '../emulator/control.ts';
import { startEmulator as start } from '../emulator/emulator.ts';
import { describeFailure } from '../emulator/webhooks.ts';

/**
 * A user to add. Without options: an ordinary user with a verified e-mail address that no other user has.
 *
 * @example await emulator.addUser({ displayName: 'Ada Lovelace', email: 'ada@example.test' });
 */
export interface NewUser {
  readonly displayName?: string;
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly isAnonymous?: boolean;
  readonly isRestricted?: boolean;
}

/**
 * What to change of a user. What is not named stays.
 *
 * @example await emulator.updateUser(ada.id, { displayName: 'Augusta' });
 */
export interface UserChanges {
  readonly displayName?: string | null;
}

/**
 * A team to add. Every member has the permissions of the project's members, and those named here.
 *
 * @example
 * await emulator.addTeam({ displayName: 'Engines', members: [{ userId: ada.id, permissions: ['see_budget'] }] });
 */
export interface NewTeam {
  readonly displayName: string;
  readonly members: readonly { readonly userId: string; readonly permissions?: readonly string[] }[];
}

/**
 * Defects of a token. `expired`: its time is over. `forged`: it is signed by a key that is not the provider's.
 *
 * @example await emulator.token(ada.id, { expired: true });
 */
export interface TokenOptions {
  readonly expired?: boolean;
  readonly forged?: boolean;
}

/**
 * A running identity provider that keeps its data in memory. Must be closed.
 *
 * @example
 * const emulator: Emulator = await startEmulator();
 * afterAll(() => emulator.close());
 */
export interface Emulator {
  /** `http://127.0.0.1:<port>`: the `apiUrl` of `createAuth`, the `STACK_API_URL` of the server. */
  readonly url: string;
  /** A UUID, new at every start like the keys. */
  readonly projectId: string;
  readonly secretServerKey: string;
  readonly publishableClientKey: string;
  /** The `STACK_WEBHOOK_SECRET` of the server, for `sendWebhooksTo`. */
  readonly webhookSecret: string;
  /**
   * Adds a user.
   *
   * @example const guest = await emulator.addUser({ isAnonymous: true });
   */
  addUser(user?: NewUser): Promise<{ readonly id: string }>;
  /**
   * Changes a user at the provider, as its dashboard does, and sends `user.updated`. Rejects where there is no such user.
   *
   * @example await emulator.updateUser(ada.id, { displayName: 'Augusta' });
   */
  updateUser(userId: string, changes: UserChanges): Promise<void>;
  /**
   * Deletes a user, and sends `user.deleted`. Rejects where there is no such user.
   *
   * @example await emulator.deleteUser(ada.id);
   */
  deleteUser(userId: string): Promise<void>;
  /**
   * Adds a team with members. Rejects where one of them does not exist.
   *
   * @example
   * await emulator.addTeam({ displayName: 'Editors', members: [{ userId: ada.id, permissions: ['publish'] }] });
   */
  addTeam(team: NewTeam): Promise<{ readonly id: string }>;
  /**
   * An access token of the user's session, which begins with the first token. Rejects where there is no such user.
   *
   * @example const expired = await emulator.token(ada.id, { expired: true });
   */
  token(userId: string, options?: TokenOptions): Promise<string>;
  /**
   * The REST calls so far; those for key sets are not counted.
   *
   * @example
   * const before = await emulator.calls();
   * await ask('{ me { id } }');
   * equal(await emulator.calls(), before);
   */
  calls(): Promise<number>;
  /**
   * Sends a webhook for each change from now on, to `undefined` none. Nothing is sent a second time; what is not answered with a
   * 2xx status is told by a warning of the process.
   *
   * @example
   * const server = await startServer(app, { ...env, STACK_WEBHOOK_SECRET: emulator.webhookSecret });
   * emulator.sendWebhooksTo(`${server.url}/webhooks`);
   */
  sendWebhooksTo(url: string | undefined): void;
  /** Stops listening, and ends every connection and timer. */
  close(): Promise<void>;
}

/**
 * Starts an identity provider with new keys and a project of its own. Rejects where the port is in use.
 *
 * @example
 * const emulator = await startEmulator();
 * const { projectId, secretServerKey, url } = emulator;
 * const auth = createAuth({ projectId, secretServerKey, apiUrl: url });
 * const ada = await emulator.addUser({ displayName: 'Ada Lovelace' });
 * const headers = { 'x-stack-access-token': await emulator.token(ada.id) };
 */
export async function startEmulator(options: { readonly port?: number } = {}): Promise<Emulator> {
  const emulator = await start(options);
  const { url, projectId, secretServerKey, publishableClientKey, webhookSecret, control, close } = emulator;
  return {
    url,
    projectId,
    secretServerKey,
    publishableClientKey,
    webhookSecret,
    addUser: async (user = {}) => addUser(control, user),
    updateUser: async (userId, changes) => void control.updateUser(requireUser(control, userId), changes),
    deleteUser: async (userId) => control.deleteUser(requireUser(control, userId)),
    addTeam: async (team) => addTeam(control, team),
    token: (userId, defects = {}) => createToken(control, userId, defects),
    async calls() {
      const { total, jwks } = control.calls();
      return total - jwks;
    },
    sendWebhooksTo: (target) =>
      control.sendWebhooksTo(target, {
        onFailure: (delivery) => process.emitWarning(describeFailure(delivery)),
      }),
    close,
  };
}

function addUser(control: Control, { isAnonymous, isRestricted, ...user }: NewUser): { readonly id: string } {
  if (isAnonymous) return pickId(control.createUser({ ...user, kind: 'anonymous' }));
  if (!isRestricted) return pickId(control.createUser({ ...user, kind: 'ordinary' }));
  // With a verified address only the project's administrators restrict a user.
  const restrictedReason = user.emailVerified ? 'restricted_by_administrator' : 'email_not_verified';
  return pickId(control.createUser({ ...user, kind: 'restricted', restrictedReason }));
}

function pickId({ id }: { readonly id: string }): { readonly id: string } {
  return { id };
}

function requireUser(control: Control, userId: string): string {
  if (!control.findUser(userId)) throw new Error(`There is no user ${userId}`);
  return userId;
}

function addTeam(control: Control, { displayName, members }: NewTeam): { readonly id: string } {
  const { id: teamId } = control.createTeam({ displayName });
  for (const { userId, permissions = [] } of members) {
    control.addMember({ teamId, userId });
    for (const permissionId of permissions) {
      if (!control.findPermission(permissionId))
        control.definePermission({ id: permissionId, scope: 'team' });
      control.grantPermission({ teamId, userId, permissionId });
    }
  }
  return { id: teamId };
}

/** Seconds for which a token of the provider is valid. */
const LIFETIME = 600;

async function createToken(
  control: Control,
  userId: string,
  { expired = false, forged = false }: TokenOptions,
): Promise<string> {
  const [session] = control.sessions(userId);
  const sessionId = session?.id ?? (await control.signIn(userId)).sessionId;
  const issuedAt = Math.floor(Date.now() / 1000) - (expired ? 2 * LIFETIME : 0);
  return control.mintToken({ userId, sessionId, issuedAt, expiresIn: LIFETIME, forged });
}
