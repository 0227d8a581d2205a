import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GCProfilerResult } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { startEmulator } from '../../../src/emulator/emulator.ts';
import { createKeepAliveClient } from '../../support/keep-alive-client.ts';
import { startServerProcess } from '../../support/server-process.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';
import { until } from '../../support/until.ts';

const CONNECTIONS = 32;
/** Requests. */
const WARM_UP = 1_500;
const WATCHED = 3_000;
const WATCH = new URL('../../support/watch-collections.mjs', import.meta.url).href;

/** Bytes promoted to the old generation for each request: the median of the scavenges, because one may be an outlier. */
function madeOld({ statistics }: GCProfilerResult, requests: number): number {
  const grown = statistics
    .filter(({ gcType }) => gcType === 'Scavenge')
    .map(({ beforeGC, afterGC }) => oldSpace(afterGC) - oldSpace(beforeGC))
    .sort((one, other) => one - other);
  return ((grown[Math.floor(grown.length / 2)] ?? Number.NaN) * grown.length) / requests;
}

function oldSpace({ heapSpaceStatistics }: GCProfilerResult['statistics'][number]['afterGC']): number {
  return heapSpaceStatistics.find(({ spaceName }) => spaceName === 'old_space')?.spaceUsedSize ?? Number.NaN;
}

describe('the memory of an answered request', () => {
  it.each([
    // A request without a provider call allocates some 20 KB, one with a call 60 KB.
    ['without a provider call', '{ me { id isAnonymous } }', 100],
    ['with a profile call', '{ me { id email displayName } }', 500],
  ])(
    '%s is mostly freed before it reaches the old generation',
    async (_which, query, most) => {
      await using emulator = await startEmulator();
      using folder = makeTempFolder();
      const file = join(folder.path, 'collections.json');
      await using server = await startServerProcess(emulator, {
        PROFILE_CACHE_TTL: '0',
        PREPARED_OPERATIONS: 'on',
        RATE_LIMIT: 'off',
        NODE_OPTIONS: `--import ${WATCH} --max-semi-space-size=16`,
        COLLECTIONS_FILE: file,
      });
      const tokens = await Promise.all(
        Array.from({ length: CONNECTIONS }, () =>
          emulator.control.mintToken({ userId: emulator.control.createUser().id }),
        ),
      );
      using client = createKeepAliveClient(server.url, { connections: CONNECTIONS });
      const body = JSON.stringify({ query });

      /** Every user sends its requests one after the other. */
      async function ask(requests: number): Promise<void> {
        const each = async (token: string) => {
          const headers = { 'content-type': 'application/json', 'x-stack-access-token': token };
          for (let count = 0; count < requests / CONNECTIONS; count += 1) {
            const { status } = await client.ask('/graphql', { body, headers });
            if (status !== 200) throw new Error(`It answered ${status}`);
          }
        };
        await Promise.all(tokens.map(each));
      }

      await ask(WARM_UP);
      server.process.kill('SIGUSR2');
      await ask(WATCHED);
      server.process.kill('SIGUSR2');
      const profile = await until('the collections', () => readJson(file));
      expect(profile.statistics.filter(({ gcType }) => gcType === 'Scavenge').length).toBeGreaterThan(2);
      expect(madeOld(profile, WATCHED)).toBeLessThan(most);
    },
    60_000,
  );
});

function readJson(file: string): GCProfilerResult | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as GCProfilerResult;
  } catch {
    return undefined; // Not written yet, or only in part.
  }
}
