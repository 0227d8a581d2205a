import { type Authenticate, type Credentials, createAuthenticate } from '../../src/auth/authenticate.ts';
import { type KeySet, type KeySetOptions, startKeySet } from '../../src/auth/key-set.ts';
import { createVerify, type Verify } from '../../src/auth/verify.ts';
import type { ServerEvent } from '../../src/core/events.ts';
import { createUpstream } from '../../src/core/http-client.ts';
import type { Control } from '../../src/emulator/control.ts';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { createRates, type Rates, type RatesOptions, unlimited } from '../../src/rate-limit/rate-limits.ts';
import { createClock, type TestClock } from './clock.ts';
import { createTestLog, type TestLog } from './test-log.ts';

/** Token verification with an emulator of its own. Emulator and verifier share the clock. */
export interface TestVerifier<Prepared = unknown> {
  readonly emulator: Emulator;
  readonly prepared: Prepared;
  readonly clock: TestClock;
  readonly log: TestLog;
  readonly keys: KeySet;
  /** Counts in `verifications`. */
  readonly verify: Verify;
  readonly verifications: number;
  readonly rates: Rates;
  /** What verification and rate limits have emitted. */
  readonly events: readonly ServerEvent[];
  readonly authenticate: (...asked: Parameters<Authenticate>) => Promise<Credentials | undefined>;
  /** Authenticates a request that carries this token in `X-Stack-Access-Token`, from one address by default. */
  authenticateToken(token: string, address?: string): Promise<Credentials | undefined>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What may differ from a verifier of the emulator's project with a lenient key set. */
export interface TestVerifierOptions<Prepared = unknown> {
  readonly issuerUrls?: readonly string[];
  readonly remember?: number;
  /** Without them there are no limits. */
  readonly rates?: Omit<RatesOptions, 'emit' | 'clock'>;
  readonly keySet?: Partial<Pick<KeySetOptions, 'maxStale' | 'retryDelay'>>;
  /** Called before the keys are first asked for; what it returns is `prepared`. */
  readonly prepare?: (control: Control) => Prepared;
}

/** Starts an emulator on a port of its own and a verifier that trusts it. Use it with `await using`. */
export async function startTestVerifier<Prepared>(
  options: TestVerifierOptions<Prepared> = {},
): Promise<TestVerifier<Prepared | undefined>> {
  const clock = createClock();
  const log = createTestLog();
  const emulator = await startEmulator({ now: clock.wall });
  const prepared = options.prepare?.(emulator.control);
  const { projectId, url } = emulator;
  const upstream = createUpstream({ url, connections: 1, timeout: 5_000 });
  const keys = startKeySet({
    source: { upstream, projectId },
    logger: log.logger,
    clock,
    maxStale: 86_400_000,
    ...options.keySet,
  });
  const events: ServerEvent[] = [];
  const emit = (event: ServerEvent) => void events.push(event);
  const rates = options.rates ? createRates({ ...options.rates, emit, clock }) : unlimited;
  const verifyOnce = createVerify({ projectId, issuerUrls: options.issuerUrls ?? [url], keys, emit, clock });
  let verifications = 0;
  /** A token whose claimed user has no request left is not verified, and does not count. */
  const verify: Verify = async (token, checkClaimed) => {
    verifications += 1;
    return verifyOnce(token, (user) => {
      verifications -= 1;
      checkClaimed?.(user);
      verifications += 1;
    });
  };
  const { remember } = options;
  const authenticate = createAuthenticate({ verify, keys, rates, clock, ...(remember && { remember }) });
  return {
    emulator,
    prepared,
    clock,
    log,
    keys,
    verify,
    get verifications() {
      return verifications;
    },
    rates,
    events,
    authenticate: async (header, address) => authenticate(header, address),
    authenticateToken: async (token, address = '203.0.113.7') =>
      authenticate(
        (name) => (name === 'x-stack-access-token' ? token : undefined),
        () => address,
      ),
    async [Symbol.asyncDispose]() {
      keys.close();
      await emulator.close();
      await upstream.close();
    },
  };
}
