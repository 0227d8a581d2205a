import { fileURLToPath } from 'node:url';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createApolloClient } from '../../examples/clients/apollo-4.ts';
import { createSubscribe } from '../../examples/clients/live.ts';
import { idOf } from '../../examples/clients/persisted.ts';
import { sendIds as apolloIds } from '../../examples/clients/persisted-apollo-4.ts';
import { sendIds as urqlIds } from '../../examples/clients/persisted-urql.ts';
import { createUrqlClient } from '../../examples/clients/urql.ts';
import { LiveName, MyProfile, WhoAmI } from '../support/documents.ts';
import { askApollo4, askUrql, type Document } from '../support/frontends.ts';
import { startTestFrontend, type TestFrontendOptions } from '../support/test-frontend.ts';

const PERSISTED_DOCUMENTS = fileURLToPath(new URL('../gql/persisted-documents.json', import.meta.url));

const CLIENTS = {
  urql: (options: Parameters<typeof createUrqlClient>[0]) => askUrql(createUrqlClient(options, urqlIds)),
  'Apollo Client 4': (options: Parameters<typeof createApolloClient>[0]) =>
    askApollo4(createApolloClient(options, apolloIds)),
};

describe.each(Object.entries(CLIENTS))('persisted documents from %s', (_name, createClient) => {
  const start = (env: TestFrontendOptions['env'] = {}) =>
    startTestFrontend(createClient, { env: { PERSISTED_DOCUMENTS, ...env } });

  it('are answered by a server that accepts no others, on the fast path too, and across a token renewal', async () => {
    await using page = await start({ PERSISTED_ONLY: 'true' });
    let prepared = 0;
    page.test.services.events.subscribe(({ kind }) => {
      if (kind === 'fast-path') prepared += 1;
    });
    for (const times of [1, 2]) {
      const { data } = await page.client(MyProfile);
      expect(data?.me?.displayName).toBe('Ada Lovelace');
      expect(page.sentTokens).toHaveLength(times);
    }
    expect(prepared).toBe(1);
    page.expire();
    expect((await page.client(WhoAmI)).data?.me?.id).toBe(page.emulator.people.ada.id);
    expect([page.refreshes(), page.sentTokens.length]).toEqual([1, 4]);
  });

  it.each([
    ['of an id that the server does not know yet', { hash: 'sha256:newer' }],
    ['without an id', undefined],
  ])('are sent as texts where they are %s, and may be refused', async (_what, __meta__) => {
    const document = { ...parse('{ me { id __typename } }'), __meta__ } as Document<{
      me: { id: string } | null;
    }>;
    await using page = await start();
    expect((await page.client(document)).data?.me?.id).toBe(page.emulator.people.ada.id);
    await using strict = await start({ PERSISTED_ONLY: 'true' });
    const { data, reasons } = await strict.client(document);
    expect([data ?? undefined, reasons]).toEqual([undefined, ['PERSISTED_ONLY']]);
    expect([page.refreshes(), strict.refreshes(), strict.signOuts()]).toEqual([0, 0, 0]);
  });
});

describe('a persisted subscription', () => {
  it('is answered by a server that accepts no others', async () => {
    await using page = await startTestFrontend(createSubscribe, {
      env: { PERSISTED_DOCUMENTS, PERSISTED_ONLY: 'true' },
    });
    const persistedQuery = { version: 1, sha256Hash: idOf(LiveName) };
    const event = await new Promise((resolve, reject) => {
      const stop = page.client<unknown>(
        { query: '', extensions: { persistedQuery } },
        {
          next(result) {
            resolve(result.data);
            stop();
          },
          error: reject,
          complete() {},
        },
      );
    });
    expect(event).toMatchObject({ meChanged: { displayName: 'Ada Lovelace' } });
  });
});
