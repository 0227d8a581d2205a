import { CombinedGraphQLErrors } from '@apollo/client';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createApolloClient } from '../../examples/clients/apollo-4.ts';
import { createSubscribe } from '../../examples/clients/live.ts';
import type { ClientOptions } from '../../examples/clients/session.ts';
import { createUrqlClient } from '../../examples/clients/urql.ts';
import { WhoAmI } from '../support/documents.ts';
import { type Ask, askApollo4, askUrql, type Document } from '../support/frontends.ts';
import { startTestFrontend } from '../support/test-frontend.ts';
import { settingsOf, startTestServer } from '../support/test-server.ts';
import { eventually } from '../support/test-streams.ts';

const TEXT = 'subscription Live { meChanged { id displayName } }';
const DOCUMENT = parse(TEXT) as Document<Live>;

interface Live {
  readonly meChanged: { readonly displayName: string | null } | null;
}

/** What a page is told of a subscription: names, reasons of errors, and its end. */
type Tell = (what: string) => void;
type Follow = (tell: Tell) => () => void;

type Errors = readonly { readonly extensions?: Readonly<Record<string, unknown>> | undefined }[];

function tellResult(tell: Tell, data: Live | null | undefined, errors: Errors = []): void {
  for (const { extensions } of errors) tell(String(extensions?.['reason'] ?? extensions?.['code']));
  if (errors.length === 0 && data?.meChanged) tell(String(data.meChanged.displayName));
}

/** A client of the kind. `ask` is absent where it is for subscriptions alone. */
type CreateClient = (options: ClientOptions) => { readonly follow: Follow; readonly ask?: Ask };

const CLIENTS: Readonly<Record<string, CreateClient>> = {
  'graphql-sse': (options) => {
    const subscribe = createSubscribe(options);
    return {
      follow: (tell) =>
        subscribe<Live>(
          { query: TEXT },
          {
            next: ({ data, errors }) => tellResult(tell, data, errors),
            error: (error) => tell(String(error)),
            complete: () => tell('complete'),
          },
        ),
    };
  },
  urql: (options) => {
    const client = createUrqlClient(options);
    return {
      ask: askUrql(client),
      follow: (tell) =>
        client.subscription(DOCUMENT, {}).subscribe(({ data, error, hasNext }) => {
          // The last result once more.
          if (!hasNext) tell('complete');
          else if (error?.networkError) tell(String(error.networkError));
          else tellResult(tell, data, error?.graphQLErrors);
        }).unsubscribe,
    };
  },
  'Apollo Client 4': (options) => {
    const client = createApolloClient(options);
    return {
      ask: askApollo4(client),
      follow(tell) {
        const subscription = client.subscribe({ query: DOCUMENT, errorPolicy: 'all' }).subscribe({
          next({ data, error }) {
            if (error && !CombinedGraphQLErrors.is(error)) tell(String(error));
            else tellResult(tell, data, error?.errors);
          },
          error: (error) => tell(String(error)),
          complete: () => tell('complete'),
        });
        return () => subscription.unsubscribe();
      },
    };
  },
};

describe.each(Object.entries(CLIENTS))('a subscription by %s', (_name, createClient) => {
  const start = async () => {
    const page = await startTestFrontend(createClient);
    const { id } = page.emulator.people.ada;
    const told: string[] = [];
    return Object.assign(page, {
      id,
      told,
      follow: (tell: Tell = (what) => told.push(what)) => page.client.follow(tell),
      rename(displayName: string, services = page.test.services) {
        page.emulator.control.updateUser(id, { displayName });
        services.reads.copies.drop({ kind: 'user', userId: id }, 'here');
      },
      streams: () => page.test.services.gauges().streams,
    });
  };

  it('goes on with one new token when its token expires, and its page sees nothing of it', async () => {
    await using page = await start();
    const stop = page.follow();
    await eventually(() => page.told).toEqual(['Ada Lovelace']);
    page.expire();
    await eventually(() => page.told).toEqual(['Ada Lovelace', 'Ada Lovelace']);
    page.rename('Augusta');
    await eventually(() => page.told).toEqual(['Ada Lovelace', 'Ada Lovelace', 'Augusta']);
    expect([page.refreshes(), page.sentTokens.length, page.signOuts()]).toEqual([1, 2, 0]);
    stop();
    await eventually(page.streams).toBe(0);
    expect(page.told).not.toContain('complete');
  });

  it('shares one renewal with other subscriptions and queries', async () => {
    await using page = await start();
    const told: string[] = [];
    const stops = [page.follow(), page.follow((what) => told.push(what))];
    // Clients may send one subscription for both.
    await eventually(() => [page.told.length, told.length]).toEqual([1, 1]);
    page.expire();
    const asked = page.client.ask?.(WhoAmI);
    await eventually(() => [page.told.length, told.length]).toEqual([2, 2]);
    expect((await asked)?.reasons ?? []).toEqual([]);
    expect([page.refreshes(), page.signOuts()]).toEqual([1, 0]);
    for (const stop of stops) stop();
    await eventually(page.streams).toBe(0);
  });

  it('begins with one new token where its token has expired before', async () => {
    await using page = await start();
    page.expire();
    const stop = page.follow();
    await eventually(() => page.told).toEqual(['Ada Lovelace']);
    expect([page.refreshes(), page.sentTokens.length]).toEqual([1, 2]);
    stop();
  });

  it('comes back after a restart of the server, without a renewal', async () => {
    await using page = await start();
    const stop = page.follow();
    await eventually(() => page.told).toHaveLength(1);
    await using next = await startTestServer({
      env: settingsOf(page.emulator),
      clock: page.clocks.server,
    });
    page.serve(next.listener);
    page.test.services.health.drain();
    await eventually(() => page.told).toEqual(['Ada Lovelace', 'Ada Lovelace']);
    page.rename('Augusta', next.services);
    await eventually(() => page.told.at(-1)).toBe('Augusta');
    expect([page.refreshes(), page.sentTokens.length]).toEqual([0, 2]);
    stop();
    await eventually(() => next.services.gauges().streams).toBe(0);
  });

  it('comes back after its connection was lost', async () => {
    await using page = await start();
    const stop = page.follow();
    await eventually(() => page.told).toHaveLength(1);
    page.cut();
    await eventually(() => page.told).toHaveLength(2);
    expect([page.refreshes(), page.sentTokens.length]).toEqual([0, 2]);
    stop();
  });

  it('ends with the user, and with the session', async () => {
    for (const [end, reason] of [
      ['deleted', 'USER_GONE'],
      ['signed out', 'EXPIRED_TOKEN'],
    ]) {
      await using page = await start();
      const { control } = page.emulator;
      page.follow();
      await eventually(() => page.told).toHaveLength(1);
      if (end === 'deleted') {
        control.deleteUser(page.id);
        page.test.services.reads.copies.drop({ kind: 'user', userId: page.id }, 'here');
      } else {
        for (const { id } of control.sessions(page.id)) control.endSession(id);
        page.expire();
      }
      await eventually(() => page.told).toEqual(['Ada Lovelace', reason, 'complete']);
      expect(page.signOuts()).toBe(end === 'deleted' ? 0 : 1);
      expect(page.sentTokens).toHaveLength(1);
    }
  });

  it('is not renewed for ever where new tokens are refused too', async () => {
    await using page = await start();
    const stop = page.follow();
    await eventually(() => page.told).toHaveLength(1);
    page.clocks.server.advance(3 * 3_600_000);
    await eventually(() => page.told.at(-1)).toMatch(/complete|401/);
    expect([page.refreshes(), page.sentTokens.length]).toEqual([1, 2]);
    stop();
  });
});
