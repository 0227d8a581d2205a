import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import type { People } from '../../src/emulator/seed.ts';
import type { Auth, AuthSettings, Principal } from '../../src/library/auth/types.ts';
import { createAuth } from '../../src/library/index.ts';

/** What the library logs. */
export type Logged = readonly [level: string, about: object, message: string];

/** An auth as users of the library create it, with an emulator of its own. */
export interface TestAuth {
  readonly emulator: Emulator;
  readonly auth: Auth;
  readonly logged: readonly Logged[];
  mint(name: keyof People, options?: object): Promise<string>;
  /** The headers of a request with a token of this user. */
  headersOf(name: keyof People): Promise<Record<string, string>>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The options that point an auth at an emulator. */
export function settingsOf({ projectId, secretServerKey, url }: Emulator): AuthSettings {
  return { projectId, secretServerKey, apiUrl: url };
}

/** Starts both. Use it with `await using`. */
export async function startTestAuth(settings: Partial<AuthSettings> = {}): Promise<TestAuth> {
  const emulator = await startEmulator();
  const logged: Logged[] = [];
  const log = (level: string) => (about: object, message: string) =>
    void logged.push([level, about, message]);
  const logger = { info: log('info'), warn: log('warn'), error: log('error') };
  const auth = createAuth({ ...settingsOf(emulator), logger, ...settings });
  const mint = (name: keyof People, options: object = {}) =>
    emulator.control.mintToken({ userId: emulator.people[name].id, ...options });
  return {
    emulator,
    auth,
    logged,
    mint,
    headersOf: async (name) => ({ 'x-stack-access-token': await mint(name) }),
    async [Symbol.asyncDispose]() {
      await emulator.close();
      await auth.close();
    },
  };
}

/** A principal of one of the emulator's users. */
export async function principalOf(
  { auth, headersOf }: TestAuth,
  name: keyof People = 'ada',
): Promise<Principal> {
  const principal = await auth.authenticate(await headersOf(name));
  if (!principal) throw new Error('No token was read');
  return principal;
}
