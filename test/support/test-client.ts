import { createUpstream } from '../../src/core/http-client.ts';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import type { People } from '../../src/emulator/seed.ts';
import { type FetchProfile, profileCall } from '../../src/provider/profile.ts';
import type { CallerRequest } from '../../src/provider/send.ts';
import { createSend, type Send } from '../../src/provider/send.ts';

/** The sender of calls, without cache or guard, with an emulator of its own. */
export interface TestClient {
  readonly emulator: Emulator;
  readonly send: Send;
  /** Sends one call for a profile. */
  readonly fetchProfile: FetchProfile;
  /** The caller for one of the emulator's users, with a valid token. */
  requestOf(name: keyof People): Promise<CallerRequest>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What may differ from a client with the emulator's keys and a time limit of 5 s. */
export interface TestClientOptions {
  readonly projectId?: string;
  readonly secretServerKey?: string;
  readonly publishableClientKey?: string;
  readonly timeout?: number;
}

/** Starts an emulator on a port of its own and a client that asks it. Use it with `await using`. */
export async function startTestClient(options: TestClientOptions = {}): Promise<TestClient> {
  const emulator = await startEmulator();
  const { control, people, url } = emulator;
  const upstream = createUpstream({ url, connections: 4, timeout: options.timeout ?? 5_000 });
  const send = createSend({
    upstream,
    projectId: options.projectId ?? emulator.projectId,
    secretServerKey: options.secretServerKey ?? emulator.secretServerKey,
    publishableClientKey: options.publishableClientKey,
  });
  return {
    emulator,
    send,
    fetchProfile: (request) => send(profileCall(request), request.signal),
    async requestOf(name) {
      const { id, kind } = people[name];
      const token = await control.mintToken({ userId: id });
      return {
        id,
        token,
        isAnonymous: kind === 'anonymous',
        isRestricted: kind !== 'ordinary',
        issuedAt: undefined,
      };
    },
    async [Symbol.asyncDispose]() {
      await emulator.close();
      await upstream.close();
    },
  };
}
