// Logs tokens that the provider issued and that are not for this server: their users are refused, and only the operator can mend it.
import type { Clock } from '../core/clock.ts';
import type { Config } from '../core/config/config.ts';
import type { Emit, TokenMismatch } from '../core/events.ts';
import type { Log } from '../core/log.ts';

/** What the messages are made from. */
export interface MismatchLogOptions {
  readonly logger: Log;
  readonly config: Pick<Config, 'projectId' | 'issuerUrls'>;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** Milliseconds between two lines about the same reason. */
const PAUSE = 3_600_000;

/** Creates the listener. Each reason is logged when it occurs first, and then once an hour while it lasts. */
export function createMismatchLog({ logger, config, clock }: MismatchLogOptions): Emit {
  const { projectId, issuerUrls } = config;
  const loggedAt = new Map<TokenMismatch['reason'], number>();
  return (event) => {
    if (event.kind !== 'token-mismatch') return;
    const { mismatch } = event;
    const { reason } = mismatch;
    const now = clock.monotonic();
    if (now - (loggedAt.get(reason) ?? Number.NEGATIVE_INFINITY) < PAUSE) return;
    loggedAt.set(reason, now);
    if (reason === 'issuer') {
      const { origin: issuer } = mismatch;
      logger.warn({ reason, issuer, accepted: issuerUrls }, messageForIssuer(issuer, issuerUrls));
    } else {
      logger.warn({ reason, projectId }, MESSAGES[reason]);
    }
  };
}

const CHECK_VERSION = 'check whether there is a newer version of this server';

const MESSAGES: Readonly<Record<Exclude<TokenMismatch['reason'], 'issuer'>, string>> = {
  audience: `Tokens with a valid signature are refused for their audience: check STACK_PROJECT_ID, and ${CHECK_VERSION}`,
  class: `Tokens with a valid signature are refused because their claims contradict each other about the class of the user (ordinary, restricted, anonymous): ${CHECK_VERSION}`,
  project:
    'Tokens of another project are refused: use the same project in STACK_PROJECT_ID and in the frontend. Their signatures cannot be checked here, so they may be forged',
};

function messageForIssuer(origin: string | undefined, accepted: readonly string[]): string {
  const remedy =
    origin === undefined || accepted.includes(origin)
      ? CHECK_VERSION
      : `if browsers reach the provider as ${origin}, set STACK_ISSUER_URL=${origin}`;
  return `Tokens with a valid signature are refused for their issuer: ${remedy}`;
}
