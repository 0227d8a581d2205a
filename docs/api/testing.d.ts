// `./testing` of the package, written by `npm run api`.
/**
 * A running identity provider that keeps its data in memory. Must be closed.
 *
 * @example
 * const emulator: Emulator = await startEmulator();
 * afterAll(() => emulator.close());
 */
interface Emulator {
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
  addUser(user?: NewUser): Promise<{
    readonly id: string;
  }>;
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
  addTeam(team: NewTeam): Promise<{
    readonly id: string;
  }>;
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
 * A team to add. Every member has the permissions of the project's members, and those named here.
 *
 * @example
 * await emulator.addTeam({ displayName: 'Engines', members: [{ userId: ada.id, permissions: ['see_budget'] }] });
 */
interface NewTeam {
  readonly displayName: string;
  readonly members: readonly {
    readonly userId: string;
    readonly permissions?: readonly string[];
  }[];
}
/**
 * A user to add. Without options: an ordinary user with a verified e-mail address that no other user has.
 *
 * @example await emulator.addUser({ displayName: 'Ada Lovelace', email: 'ada@example.test' });
 */
interface NewUser {
  readonly displayName?: string;
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly isAnonymous?: boolean;
  readonly isRestricted?: boolean;
}
/**
 * Defects of a token. `expired`: its time is over. `forged`: it is signed by a key that is not the provider's.
 *
 * @example await emulator.token(ada.id, { expired: true });
 */
interface TokenOptions {
  readonly expired?: boolean;
  readonly forged?: boolean;
}
/**
 * What to change of a user. What is not named stays.
 *
 * @example await emulator.updateUser(ada.id, { displayName: 'Augusta' });
 */
interface UserChanges {
  readonly displayName?: string | null;
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
declare function startEmulator(options?: { readonly port?: number }): Promise<Emulator>;

export { Emulator, NewTeam, NewUser, startEmulator, TokenOptions, UserChanges };
