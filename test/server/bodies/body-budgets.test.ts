import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { AppError } from '../../../src/core/errors.ts';
import type { ServerEvent } from '../../../src/core/events.ts';
import { ArrivingBody } from '../../../src/server/bodies/arriving-body.ts';
import { BodyBudgets, type BodyLimits } from '../../../src/server/bodies/body-budgets.ts';
import { NodeExchange } from '../../../src/server/node-exchange.ts';
import { createClock } from '../../support/clock.ts';

/** A body that notes how it was cut. Its address is that of its exchange's path. */
class TestBody extends ArrivingBody {
  error: AppError | undefined;

  override cut(error: AppError): void {
    this.error = error;
  }
}

function start(limits: Partial<BodyLimits> = {}) {
  const clock = createClock();
  const traffic = { inFlight: 0, streams: 0, bodies: 0, bodyBytes: 0, unreadBytes: 0 };
  const events: ServerEvent[] = [];
  let wakes = 0;
  const budgets = new BodyBudgets({
    limits: { bodies: 1_000, bytes: 1_000_000, minRate: 1_000, ...limits },
    traffic,
    clock,
    emit: (event) => void events.push(event),
    addressOf: ({ path }) => path,
    wake: () => {
      wakes += 1;
    },
  });
  /** A body of which so many bytes have arrived, and not all. */
  const arrive = (address: string, bytes: number, isDiscarded = false) => {
    const request = new IncomingMessage(new Socket());
    const response = new ServerResponse(request);
    const router = { routeOf: () => 'graphql' as const };
    const body = new TestBody(new NodeExchange({ request, response, path: address, router }), isDiscarded);
    budgets.begin(body);
    receive(body, bytes);
    return body;
  };
  const receive = (body: TestBody, bytes: number) => {
    body.received += bytes;
    if (!body.isDiscarded) body.kept += bytes;
    budgets.count(body);
  };
  return { budgets, clock, traffic, events, arrive, receive, wakes: () => wakes };
}

const cutOf = (bodies: readonly TestBody[]) => bodies.map(({ error }) => error?.reason);

describe('the number of arriving bodies', () => {
  it('is bounded by cutting the slowest, not the newest', () => {
    const { arrive, clock, events } = start({ bodies: 6 });
    const slow = arrive('a', 10);
    const fast = arrive('a', 90_000);
    clock.advance(1_000);
    const other = arrive('b', 5);
    const newest = arrive('a', 0);
    const last = arrive('a', 0);
    expect(cutOf([slow, fast, other, newest, last])).toEqual(['MAX_BODIES', ...Array(4).fill(undefined)]);
    expect(slow.error).toMatchObject({ code: 'OVERLOADED', status: 408, retryAfter: 1 });
    expect(events).toEqual([{ kind: 'cut', reason: 'MAX_BODIES' }]);
  });

  it('is bounded for each address, so that one leaves room for others', () => {
    const { arrive, traffic } = start({ bodies: 10 });
    const crowd = Array.from({ length: 100 }, () => arrive('attacker', 10));
    const others = ['b', 'c', 'd', 'e', 'f'].map((address) => arrive(address, 1));
    expect(traffic.bodies).toBe(10);
    expect(cutOf(crowd).filter((reason) => reason === undefined)).toHaveLength(5);
    expect(cutOf(others)).toEqual(Array(5).fill(undefined));
  });

  it('includes bodies that are discarded after a refusal', () => {
    const { arrive } = start({ bodies: 4 });
    const discarded = arrive('a', 0, true);
    const more = [arrive('a', 10), arrive('a', 10)];
    expect(cutOf([discarded, ...more])).toEqual(['MAX_BODIES', undefined, undefined]);
  });
});

describe('the bytes of arriving bodies', () => {
  it('are bounded by cutting the slowest of an address that has half of them', () => {
    const { arrive, clock, traffic } = start({ bytes: 200_000 });
    const attackers = Array.from({ length: 20 }, () => arrive('attacker', 2_000));
    const honest = arrive('b', 90_000);
    clock.advance(2_000);
    const fast = Array.from({ length: 9 }, () => arrive('attacker', 9_000));
    expect(traffic.bodyBytes).toBeLessThanOrEqual(200_000);
    expect(new Set(cutOf(attackers))).toContain('BODIES_LIMIT');
    expect(cutOf([honest, ...fast])).toEqual(Array(10).fill(undefined));
  });

  it('are bounded for all addresses together', () => {
    const { arrive, traffic } = start({ bytes: 100_000 });
    for (let index = 0; index < 100; index += 1) {
      arrive(`address ${index}`, 9_000);
      expect(traffic.bodyBytes).toBeLessThanOrEqual(100_000);
    }
  });

  it('are those received, whatever was announced, and none that are discarded', () => {
    const { arrive, traffic } = start();
    arrive('a', 5, true);
    const body = arrive('a', 7);
    expect(traffic.bodyBytes).toBe(7);
    expect(body.share?.bytes).toBe(7);
  });
});

describe('the minimum rate', () => {
  it('cuts a body below it after five seconds, and not before', () => {
    const { arrive, receive, clock, budgets } = start();
    const [slow, discarded, fast] = [arrive('a', 2_000), arrive('a', 2_000, true), arrive('a', 2_000)];
    clock.advance(4_900);
    budgets.sweep();
    expect(cutOf([slow, discarded, fast])).toEqual([undefined, undefined, undefined]);
    receive(fast, 3_200);
    clock.advance(200);
    budgets.sweep();
    expect(cutOf([slow, discarded, fast])).toEqual(['MIN_RATE', 'MIN_RATE', undefined]);
    expect(slow.error).toMatchObject({ code: 'TIMEOUT', status: 408 });
  });

  it('is not for a body that has arrived and waits for its admission', () => {
    const { arrive, clock, budgets } = start();
    const body = arrive('a', 10);
    body.isComplete = true;
    clock.advance(60_000);
    budgets.sweep();
    expect(body.error).toBeUndefined();
  });

  it('can be turned off', () => {
    const { arrive, clock, budgets } = start({ minRate: 0 });
    const body = arrive('a', 0);
    clock.advance(60_000);
    budgets.sweep();
    expect(body.error).toBeUndefined();
  });

  it('is watched for as long as a body arrives', () => {
    const { arrive, budgets, wakes } = start();
    const body = arrive('a', 10);
    const before = wakes();
    budgets.sweep();
    expect(wakes()).toBe(before + 1);
    budgets.end(body);
    budgets.sweep();
    expect(wakes()).toBe(before + 1);
  });
});

describe('a body that is over', () => {
  it('holds nothing, and is counted no more', () => {
    const { arrive, receive, budgets, traffic } = start({ bodies: 4 });
    for (let index = 0; index < 20; index += 1) {
      const body = arrive('a', 100);
      budgets.end(body);
      budgets.end(body);
      receive(body, 100);
    }
    expect(traffic).toMatchObject({ bodies: 0, bodyBytes: 0 });
  });
});
