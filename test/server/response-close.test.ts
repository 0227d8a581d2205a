import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { onClose } from '../../src/server/response-close.ts';

describe('the end of a response', () => {
  it('is told to all in their order, by one listener of the response', () => {
    const response = new ServerResponse(new IncomingMessage(new Socket()));
    const before = response.listenerCount('close');
    const told: number[] = [];
    for (const each of [1, 2, 3]) onClose(response, () => told.push(each));
    expect(response.listenerCount('close')).toBe(before + 1);
    response.emit('close');
    expect(told).toEqual([1, 2, 3]);
  });
});
