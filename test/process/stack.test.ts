import { describe, expect, it } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { startChild } from '../support/child.ts';
import { BUILT_SERVER } from '../support/test-build.ts';
import { settingsOf } from '../support/test-server.ts';

const repeat = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

/** Fragments that each spread those at these distances, in a cycle. */
const circles = (count: number, distances: readonly ((index: number) => number)[]) =>
  `{ ...F0 } ${repeat(count, (index) => `fragment F${index} on Query { ${distances.map((distance) => `...F${distance(index) % count}`).join(' ')} }`)}`;

describe('the call stack of the process', () => {
  // The other tests run in a worker thread, whose stack is four times as deep.
  it('suffices for every document within the limits', async () => {
    await using emulator = await startEmulator();
    await using child = startChild(BUILT_SERVER, {
      ...settingsOf(emulator),
      HOST: '127.0.0.1',
      PORT: '0',
    });
    const [, url] = await child.printed(/"url":"([^"]+)"/);
    for (const query of [
      circles(240, [(index) => index + 1]),
      circles(180, [(index) => index + 1, (index) => index * 7 + 3]),
      circles(150, [(index) => index + 1, (index) => index * 5 + 2, (index) => index * 11 + 7]),
      circles(
        110,
        [1, 2, 3, 5, 8].map((step) => (index: number) => index * step + step),
      ),
      `{ ...F0 } ${repeat(240, (index) => `fragment F${index} on Query { ...F${index + 1} }`)}`,
      `{ ${'... { '.repeat(600)} __typename ${'} '.repeat(600)} }`,
      `{ ${'a { '.repeat(600)} a ${'} '.repeat(600)} }`,
      `{ me(a: ${'['.repeat(900)}${']'.repeat(900)}) { id } }`,
      `{ me(a: ${'{a:'.repeat(450)}1${'}'.repeat(450)}) { id } }`,
      `query ($a: ${'['.repeat(900)}Int${']'.repeat(900)}) { me { id } }`,
    ]) {
      const answer = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      expect([query.slice(0, 60), answer.status]).toEqual([query.slice(0, 60), 200]);
      expect(JSON.stringify(await answer.json())).not.toContain('INTERNAL_SERVER_ERROR');
    }
    expect(child.output()).not.toMatch(/call stack|Unexpected error/);
  });
});
