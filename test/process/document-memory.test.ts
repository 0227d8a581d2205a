import { describe, expect, it } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { fuzzRuns } from '../support/fuzz-runs.ts';
import { createKeepAliveClient } from '../support/keep-alive-client.ts';
import { startServerProcess } from '../support/server-process.ts';

/** Bodies of requests by what they leave behind in a server that remembers too much. */
const ATTACKS: Readonly<Record<string, readonly object[]>> = {
  'comments in valid documents': make(120, (index) => ({
    query: `{ __typename } #${index}${'#\n'.repeat(32_000)}`,
  })),
  'errors of documents that are not valid': make(120, (index) => ({
    query: `{ ${make(101, (field) => `x${field}_${index}`).join(' ')} } ${'\n'.repeat(40_000)}`,
  })),
  'variables that are not declared': make(fuzzRuns(1_000), (index) => ({
    query: `query Q${Math.floor(index / 100)}($a: Boolean!) { __typename @include(if: $a) }`,
    variables: { a: true, b: `${index}`.padEnd(450, 'x') },
  })),
  'variables that are declared': make(fuzzRuns(1_000), (index) => ({
    query: `query Q${Math.floor(index / 100)}($a: String = "x") { __typename ...F @skip(if: false) } fragment F on Query { __typename }`,
    variables: { a: `${index}`.padEnd(450, 'x') },
  })),
};

function make<Value>(count: number, of: (index: number) => Value): Value[] {
  return Array.from({ length: count }, (_, index) => of(index));
}

describe('a server with the heap that goes with 384 MiB of memory', () => {
  it(
    'survives all that could be remembered of documents, variables and errors',
    async () => {
      await using emulator = await startEmulator();
      await using server = await startServerProcess(emulator, {
        NODE_OPTIONS: '--max-old-space-size=192',
      });
      using client = createKeepAliveClient(server.url, { connections: 8 });
      const headers = { 'content-type': 'application/json' };
      for (const bodies of Object.values(ATTACKS)) {
        const statuses = new Set<number>();
        const rest = bodies.map((body) => JSON.stringify(body));
        const send = async () => {
          for (let body = rest.pop(); body !== undefined; body = rest.pop()) {
            statuses.add((await client.ask('/graphql', { body, headers })).status);
          }
        };
        await Promise.all(make(8, send));
        expect([...statuses]).toEqual([200]);
      }
      expect((await server.ask('{ __typename }')).body).toEqual({ data: { __typename: 'Query' } });
    },
    60_000 * fuzzRuns(1),
  );
});
