import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createCancellation, disconnectOf } from '../../src/request/cancellation.ts';

function start() {
  const client = new AbortController();
  const listeners = () => getEventListeners(client.signal, 'abort').length;
  return { client, listeners, cancellation: createCancellation(disconnectOf(client.signal)) };
}

describe('the cancellation of a request', () => {
  it('is triggered when the client disconnects, with the same reason', () => {
    const { client, cancellation } = start();
    const { signal } = cancellation;
    expect(signal.aborted).toBe(false);
    client.abort(new Error('gone'));
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toEqual(new Error('gone'));
  });

  it('is already aborted if the client disconnected before the signal was first read', () => {
    const { client, cancellation } = start();
    client.abort(new Error('gone'));
    expect(cancellation.signal.aborted).toBe(true);
    expect(cancellation.signal.reason).toEqual(new Error('gone'));
  });

  it('is triggered when the time limit passes, with that reason', () => {
    const { cancellation } = start();
    const { signal } = cancellation;
    cancellation.abort(new Error('late'));
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toEqual(new Error('late'));
  });

  it('keeps the first reason', () => {
    const { client, cancellation } = start();
    const { signal } = cancellation;
    cancellation.abort(new Error('late'));
    client.abort(new Error('gone'));
    cancellation.abort(new Error('later'));
    expect(signal.reason).toEqual(new Error('late'));
  });

  it('does not abort the signal of the client', () => {
    const { client, cancellation } = start();
    expect(cancellation.signal).not.toBe(client.signal);
    cancellation.abort(new Error('late'));
    expect(client.signal.aborted).toBe(false);
  });

  it('returns the same signal on every read', () => {
    const { cancellation } = start();
    expect(cancellation.signal).toBe(cancellation.signal);
  });

  it('listens for the client only from the first read of the signal until it ends', () => {
    const { client, listeners, cancellation } = start();
    expect(listeners()).toBe(0);
    const { signal } = cancellation;
    expect(listeners()).toBe(1);
    cancellation.end();
    expect(listeners()).toBe(0);
    client.abort();
    expect(signal.aborted).toBe(false);
  });

  it('can be ended and aborted before the signal is read', () => {
    const { cancellation } = start();
    cancellation.abort(new Error('late'));
    cancellation.end();
    cancellation.end();
  });
});
