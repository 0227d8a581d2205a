// A client of the emulator's control over HTTP, since the emulator runs in another process than the server.
import type { SessionOptions } from '../../emulator/control.ts';
import type { SentEmail } from '../../emulator/emails.ts';
import type { Fault } from '../../emulator/fault.ts';
import type { MintOptions } from '../../emulator/mint.ts';
import type { Session } from '../../emulator/sessions.ts';
import type { SetFault, Target } from '../../emulator/traffic.ts';

/** The commands that the bar needs. Every call rejects when the emulator refuses it or cannot be reached. */
export interface EmulatorControl {
  people(): Promise<Readonly<Record<string, { readonly id: string } | undefined>>>;
  mintToken(options: MintOptions): Promise<string>;
  sessions(userId: string): Promise<readonly Pick<Session, 'id' | 'agentName'>[]>;
  /** Starts a session, and returns its id. */
  startSession(userId: string, options: SessionOptions): Promise<string>;
  /** What the provider has sent, the oldest first. */
  emails(): Promise<readonly SentEmail[]>;
  faults(): Promise<readonly SetFault[]>;
  fail(endpoint: Target, fault: Fault): Promise<void>;
  clearFaults(): Promise<void>;
  rotateKeys(): Promise<void>;
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
    if (!answer.ok) throw new Error(`The emulator answered ${method} ${path} with ${answer.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
  return {
    people: async () => (await command('GET', '/people')) as Awaited<ReturnType<EmulatorControl['people']>>,
    mintToken: async (options) =>
      ((await command('POST', '/tokens', options)) as { readonly accessToken: string }).accessToken,
    sessions: async (userId) => (await command('GET', `/users/${userId}/sessions`)) as readonly Session[],
    startSession: async (userId, options) =>
      ((await command('POST', `/users/${userId}/sessions`, options)) as { readonly sessionId: string })
        .sessionId,
    emails: async () => (await command('GET', '/emails')) as readonly SentEmail[],
    faults: async () => (await command('GET', '/faults')) as readonly SetFault[],
    fail: async (endpoint, fault) => void (await command('PUT', '/faults', { endpoint, fault })),
    clearFaults: async () => void (await command('DELETE', '/faults')),
    rotateKeys: async () => void (await command('POST', '/keys/rotate', {})),
  };
}
