import { describe, expect, it } from 'vitest';
import type { Adapter } from '../support/adapter.ts';
import { startTestServer } from '../support/test-server.ts';

const QUERIES = ['{ me { id } }', '{ me { email } }', '{ nothing }'];

describe('a test server', () => {
  it.each<[Adapter, number]>([
    ['yoga', 0],
    ['fast-path', 2],
  ])('answers by the adapter that a suite asks for: %s', async (adapter, byFastPath) => {
    await using test = await startTestServer({ adapter });
    const token = await test.emulator.control.mintToken({ userId: test.emulator.people.ada.id });
    let fast = 0;
    test.services.events.subscribe(({ kind }) => {
      if (kind === 'fast-path') fast += 1;
    });
    for (const query of QUERIES) await test.ask(query, { token });
    expect(fast).toBe(byFastPath);
    expect(test.emulator.control.calls().profile).toBe(1);
    expect(test.logged.filter((line) => line.includes('"msg":"Request"'))).toHaveLength(QUERIES.length);
  });

  it('answers a document by Yoga first and by the fast path from then on where nothing is asked for', async () => {
    await using test = await startTestServer();
    const answeredBy: string[] = [];
    test.services.events.subscribe(({ kind }) => {
      if (kind === 'fast-path') answeredBy.push('fast path');
      if (kind === 'request' && answeredBy.length === 0) answeredBy.push('Yoga');
    });
    for (const _time of [1, 2]) await test.ask('{ me { id } }');
    expect(answeredBy).toEqual(['Yoga', 'fast path']);
  });
});
