// A client of the emulator's control over HTTP, since the emulator runs in another process than the server.
import type { SessionOptions } from '../../emulator/control.ts';
import type { SentEmail } from '../../emulator/emails.ts';
import type { Fault } from '../../emulator/fault.ts';
import type { MintOptions } from '../../emulator/mint.ts';
import type { Session } from '../../emulator/sessions.ts';
import type { Grantable, GrantOptions } from '../../emulator/team-control.ts';
import type { SetFault, Target } from '../../emulator/traffic.ts';
import type { EmulatedUser, UserPatch } from '../../emulator/user.ts';
import type { WebhookDelivery } from '../../emulator/webhooks.ts';
import { path } from '../../provider/path.ts';

/** The commands that the bar needs. Every call rejects when the emulator refuses it or cannot be reached. */
export interface EmulatorControl {
  /** The seeded users by name, as they are now. */
  people(): Promise<Readonly<Record<string, EmulatedUser | undefined>>>;
  updateUser(id: string, patch: UserPatch): Promise<void>;
  /** What a user can be granted in the project and in each team. */
  grantables(userId: string): Promise<readonly Grantable[]>;
  grant(grant: GrantOptions): Promise<void>;
  revoke(grant: GrantOptions): Promise<void>;
  mintToken(options: MintOptions): Promise<string>;
  /** The newest first. */
  sessions(userId: string): Promise<readonly Pick<Session, 'id' | 'agentName' | 'createdAt'>[]>;
  /** Starts a session, and returns its id. */
  startSession(userId: string, options: SessionOptions): Promise<string>;
  endSession(userId: string, id: string): Promise<void>;
  webhooks(): Promise<WebhookState>;
  switchWebhooks(isOn: boolean): Promise<void>;
  sendWebhookAgain(): Promise<void>;
  sendTestWebhook(userId: string): Promise<void>;
  /** What the provider has sent, the oldest first. */
  emails(): Promise<readonly SentEmail[]>;
  faults(): Promise<readonly SetFault[]>;
  fail(endpoint: Target, fault: Fault): Promise<void>;
  clearFaults(): Promise<void>;
  rotateKeys(): Promise<void>;
}

/** Whether changes are told of by webhooks, and the latest event. */
export interface WebhookState {
  readonly isOn: boolean;
  readonly latest?: WebhookDelivery;
}

/** The emulator's URL and the secret of its control. */
export interface EmulatorAddress {
  readonly url: string;
  readonly controlSecret: string;
}

/** Creates the client. */
export function createEmulatorControl({ url, controlSecret }: EmulatorAddress): EmulatorControl {
  async function command(method: string, path: string, body?: object): Promise<unknown> {
    const answer = await fetch(`${url}/control${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'x-emulator-secret': controlSecret },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok)
      throw new Error(reasonIn(text) ?? `The emulator answered ${method} ${path} with ${answer.status}`);
    return text === '' ? undefined : JSON.parse(text);
  }
  return {
    people: async () => (await command('GET', '/people')) as Awaited<ReturnType<EmulatorControl['people']>>,
    mintToken: async (options) =>
      ((await command('POST', '/tokens', options)) as { readonly accessToken: string }).accessToken,
    updateUser: async (id, patch) => void (await command('PATCH', path`/users/${id}`, patch)),
    grantables: async (userId) =>
      (await command('GET', path`/users/${userId}/permissions`)) as readonly Grantable[],
    grant: async (grant) => void (await command('PUT', pathOf(grant))),
    revoke: async (grant) => void (await command('DELETE', pathOf(grant))),
    sessions: async (userId) => (await command('GET', path`/users/${userId}/sessions`)) as readonly Session[],
    startSession: async (userId, options) =>
      ((await command('POST', path`/users/${userId}/sessions`, options)) as { readonly sessionId: string })
        .sessionId,
    endSession: async (userId, id) => void (await command('DELETE', path`/users/${userId}/sessions/${id}`)),
    webhooks: async () => (await command('GET', '/webhooks/state')) as WebhookState,
    switchWebhooks: async (isOn) => void (await command('PUT', '/webhooks/switch', { isOn })),
    sendWebhookAgain: async () => void (await command('POST', '/webhooks/again')),
    sendTestWebhook: async (userId) => void (await command('POST', '/webhooks/test', { userId })),
    emails: async () => (await command('GET', '/emails')) as readonly SentEmail[],
    faults: async () => (await command('GET', '/faults')) as readonly SetFault[],
    fail: async (endpoint, fault) => void (await command('PUT', '/faults', { endpoint, fault })),
    clearFaults: async () => void (await command('DELETE', '/faults')),
    rotateKeys: async () => void (await command('POST', '/keys/rotate', {})),
  };
}

function pathOf({ teamId, userId, permissionId }: GrantOptions): string {
  const users = teamId === undefined ? '/users' : path`/teams/${teamId}/members`;
  return users + path`/${userId}/permissions/${permissionId}`;
}

/** The emulator's own words for why it refused a command. */
function reasonIn(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { readonly error?: string }).error;
  } catch {
    return undefined;
  }
}
