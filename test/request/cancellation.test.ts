import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createLifetime, leavesWith } from '../../src/request/cancellation.ts';

function start() {
  const client = new AbortController();
  const listeners = () => getEventListeners(client.signal, 'abort').length;
  return { client, listeners, lifetime: createLifetime(leavesWith(client.signal)) };
}

describe('the lifetime of a request', () => {
  it('ends when its client leaves, for the same reason', () => {
    const { client, lifetime } = start();
    const { signal } = lifetime;
    expect(signal.aborted).toBe(false);
    client.abort(new Error('gone'));
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toEqual(new Error('gone'));
  });

  it('has ended where the client has left before anybody asked', () => {
    const { client, lifetime } = start();
    client.abort(new Error('gone'));
    expect(lifetime.signal.aborted).toBe(true);
    expect(lifetime.signal.reason).toEqual(new Error('gone'));
  });

  it('ends when its time is over, for that reason', () => {
    const { lifetime } = start();
    const { signal } = lifetime;
    lifetime.abort(new Error('late'));
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toEqual(new Error('late'));
  });

  it('ends once: what comes first is the reason', () => {
    const { client, lifetime } = start();
    const { signal } = lifetime;
    lifetime.abort(new Error('late'));
    client.abort(new Error('gone'));
    lifetime.abort(new Error('later'));
    expect(signal.reason).toEqual(new Error('late'));
  });

  it('does not end the request of its client', () => {
    const { client, lifetime } = start();
    expect(lifetime.signal).not.toBe(client.signal);
    lifetime.abort(new Error('late'));
    expect(client.signal.aborted).toBe(false);
  });

  it('has one signal for all who ask', () => {
    const { lifetime } = start();
    expect(lifetime.signal).toBe(lifetime.signal);
  });

  it('waits for the client only once somebody has asked, and no more after its end', () => {
    const { client, listeners, lifetime } = start();
    expect(listeners()).toBe(0);
    const { signal } = lifetime;
    expect(listeners()).toBe(1);
    lifetime.end();
    expect(listeners()).toBe(0);
    client.abort();
    expect(signal.aborted).toBe(false);
  });

  it('may be ended and aborted without anybody having asked', () => {
    const { lifetime } = start();
    lifetime.abort(new Error('late'));
    lifetime.end();
    lifetime.end();
  });
});
