// What clients may cost while they send their requests and take their answers: the budgets, and one timer for all of them.
import { clientAddressOf } from '../pipeline/client-address.ts';
import type { Services } from '../process/services.ts';
import { BodyBudgets } from './bodies/body-budgets.ts';
import { UnreadAnswers } from './unread-answers.ts';

/** The budgets of one server. */
export interface ClientLimits {
  readonly budgets: BodyBudgets;
  readonly unread: UnreadAnswers;
  /** Cuts what is too slow. Called once a second while there is something to watch. */
  sweep(): void;
}

/** Milliseconds between two sweeps. */
const INTERVAL = 1_000;

/** Creates the budgets. */
export function createClientLimits(services: Services): ClientLimits {
  const { config, clock, traffic, readAddress, events } = services;
  const { maxBodies, bodiesLimit, bodyLimit, minRate, unreadLimit, maxInFlight } = config;
  const { emit } = events;
  const wake = createWake(sweep);
  const budgets = new BodyBudgets({
    // Less could not hold one whole body in the half of an address.
    limits: { bodies: maxBodies, bytes: Math.max(bodiesLimit, 2 * bodyLimit), minRate },
    addressOf: (exchange) => clientAddressOf(exchange, readAddress),
    ...{ traffic, emit, wake, clock },
  });
  const unread = new UnreadAnswers({
    // Clients that do not read must leave half of MAX_IN_FLIGHT to others.
    limits: { answers: Math.ceil(maxInFlight / 2), bytes: unreadLimit, minRate },
    ...{ traffic, emit, wake, clock },
  });
  function sweep(): void {
    budgets.sweep();
    unread.sweep();
  }
  return { budgets, unread, sweep };
}

/** Creates a function that asks for a sweep. The timer keeps no process alive. */
function createWake(sweep: () => void): () => void {
  let isAwake = false;
  const run = () => {
    isAwake = false;
    sweep();
  };
  return () => {
    if (isAwake) return;
    isAwake = true;
    setTimeout(run, INTERVAL).unref();
  };
}
