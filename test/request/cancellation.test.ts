import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createCancellation, disconnectOf } from '../../src/request/cancellation.ts';

function start() {
  const client = new AbortController();
  const listeners = () => getEventListeners(client.signal, 'abort').length;
  return { client, listeners, cancellation: createCancellation(disconnectOf(client.signal)) };
}

describe('the cancellation of a request', () => {
  it('ends when its client leaves, for the same reason', () => {
    const { client, cancellation } = start();
    const { signal } = cancellation;
    expect(signal.aborted).toBe(false);
    client.abort(new Error('gone'));
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toEqual(new Error('gone'));
  });

  it('has ended where the client has left before anybody asked', () => {
    const { client, cancellation } = start();
    client.abort(new Error('gone'));
    expect(cancellation.signal.aborted).toBe(true);
    expect(cancellation.signal.reason).toEqual(new Error('gone'));
  });

  it('ends when its time is over, for that reason', () => {
    const { cancellation } = start();
    const { signal } = cancellation;
    cancellation.abort(new Error('late'));
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toEqual(new Error('late'));
  });

  it('ends once: what comes first is the reason', () => {
    const { client, cancellation } = start();
    const { signal } = cancellation;
    cancellation.abort(new Error('late'));
    client.abort(new Error('gone'));
    cancellation.abort(new Error('later'));
    expect(signal.reason).toEqual(new Error('late'));
  });

  it('does not end the request of its client', () => {
    const { client, cancellation } = start();
    expect(cancellation.signal).not.toBe(client.signal);
    cancellation.abort(new Error('late'));
    expect(client.signal.aborted).toBe(false);
  });

  it('has one signal for all who ask', () => {
    const { cancellation } = start();
    expect(cancellation.signal).toBe(cancellation.signal);
  });

  it('waits for the client only once somebody has asked, and no more after its end', () => {
    const { client, listeners, cancellation } = start();
    expect(listeners()).toBe(0);
    const { signal } = cancellation;
    expect(listeners()).toBe(1);
    cancellation.end();
    expect(listeners()).toBe(0);
    client.abort();
    expect(signal.aborted).toBe(false);
  });

  it('may be ended and aborted without anybody having asked', () => {
    const { cancellation } = start();
    cancellation.abort(new Error('late'));
    cancellation.end();
    cancellation.end();
  });
});
