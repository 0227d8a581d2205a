import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAsk } from '../../../examples/clients/fetch.ts';
import type { ClientOptions } from '../../../examples/clients/session.ts';
import { createSubgraph } from '../../../src/server/subgraph.ts';
import { type Supergraph, startSupergraph } from '../../support/supergraph.ts';
import { startTestFrontend, type TestFrontend } from '../../support/test-frontend.ts';
import type { GraphQLBody, Question } from '../../support/test-server.ts';

const OWN = '{ me { id email orderCount } }';
const ORDER = 'query ($id: ID!) { order(id: $id) { item buyer { id email orderCount } } }';

describe('a Hive Gateway before the subgraph', () => {
  let page: TestFrontend<ClientOptions>;
  let gateway: Supergraph;
  let tokens: Readonly<Record<'ada' | 'grace', string>>;
  beforeAll(async () => {
    const { schema, sdl } = await createSubgraph({});
    page = await startTestFrontend((options) => options, {
      schema,
      env: { TRUST_PROXY: '2', RATE_LIMIT_FAILED: '5' },
    });
    const { ada, grace } = page.emulator.people;
    gateway = await startSupergraph(
      { sdl, url: page.client.url },
      { 'of-ada': ada.id, 'of-grace': grace.id },
    );
    const mint = (userId: string) => page.emulator.control.mintToken({ userId });
    tokens = { ada: await mint(ada.id), grace: await mint(grace.id) };
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await page[Symbol.asyncDispose]();
  });
  beforeEach(() => page.emulator.control.heal());

  async function ask(query: string, { token, variables, headers }: Question = {}): Promise<GraphQLBody> {
    const answer = await fetch(gateway.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { 'x-stack-access-token': token }),
        ...headers,
      },
      body: JSON.stringify({ query, variables }),
    });
    return (await answer.json()) as GraphQLBody;
  }
  const reasonsOf = ({ errors = [] }: GraphQLBody) =>
    errors.map(({ extensions }) => extensions['reason'] ?? extensions['code']);

  it("joins the caller's profile with the types of another subgraph, whichever it begins with", async () => {
    const { ada } = page.emulator.people;
    const profile = { id: ada.id, email: 'ada@example.test', orderCount: 1 };
    expect(await ask(OWN, { token: tokens.ada })).toEqual({ data: { me: profile } });
    expect(await ask(ORDER, { token: tokens.ada, variables: { id: 'of-ada' } })).toEqual({
      data: { order: { item: 'A difference engine', buyer: profile } },
    });
  });

  it("denies another user's profile, and shows what other subgraphs know", async () => {
    const { grace } = page.emulator.people;
    const answer = await ask(ORDER, { token: tokens.ada, variables: { id: 'of-grace' } });
    expect(answer.data.order).toEqual({
      item: 'A difference engine',
      buyer: { id: grace.id, email: null, orderCount: 1 },
    });
    expect(reasonsOf(answer)).toEqual(['NOT_YOURSELF']);
  });

  it('denies profiles to callers without a token, whatever they claim to be', async () => {
    const { ada } = page.emulator.people;
    const headers = { 'x-user-id': ada.id, 'x-hive-user': JSON.stringify({ sub: ada.id }) };
    const answer = await ask(ORDER, { headers, variables: { id: 'of-ada' } });
    expect(answer.data.order.buyer).toEqual({ id: ada.id, email: null, orderCount: 1 });
    expect(reasonsOf(answer)).toEqual(['MISSING_TOKEN']);
  });

  it('answers each of many callers who ask the same at once', async () => {
    const names = Array.from({ length: 10 }, (_, index) => (index % 2 ? 'ada' : 'grace'));
    const answers = await Promise.all(names.map((name) => ask(OWN, { token: tokens[name] })));
    expect(answers.map(({ data }) => data.me.email)).toEqual(names.map((name) => `${name}@example.test`));
  });

  it('answers what does not need the provider while it is down', async () => {
    page.emulator.control.fail('profile', { kind: 'status', status: 503 });
    const token = await page.emulator.control.mintToken({ userId: page.emulator.people.linus.id });
    const answer = await ask(OWN, { token });
    expect(answer.data.me).toEqual({ id: page.emulator.people.linus.id, email: null, orderCount: 0 });
    expect(reasonsOf(answer)).toEqual(['UPSTREAM_UNAVAILABLE']);
  });

  it('counts failed verifications by the address of the client, which it forwards', async () => {
    const { control, people } = page.emulator;
    const token = await control.mintToken({ userId: people.ada.id, forged: true });
    const answersTo = async (address: string) => {
      const reasons: unknown[] = [];
      for (let count = 0; count < 7; count += 1) {
        reasons.push(...reasonsOf(await ask(OWN, { token, headers: { 'x-forwarded-for': address } })));
      }
      return reasons;
    };
    const limited = await answersTo('192.0.2.1');
    expect(limited).toEqual([...Array(5).fill('INVALID_TOKEN'), ...Array(2).fill('RATE_LIMITED')]);
    expect(await answersTo('192.0.2.2')).toEqual(limited);
  });

  it('lets a client refresh an expired token, and answers with the new one', async () => {
    const client = createAsk({ ...page.client, url: gateway.url });
    page.expire();
    const [before, sent] = [page.refreshes(), page.sentTokens.length];
    const { data } = await client(parse(OWN) as TypedDocumentNode<{ readonly me: object }>);
    expect(data?.me).toMatchObject({ email: 'ada@example.test', orderCount: 1 });
    expect(page.refreshes()).toBe(before + 1);
    expect(new Set(page.sentTokens.slice(sent)).size).toBe(2);
  });

  it('gives the refusal of a mutation a path, so that the recipes do not send it again', async () => {
    const query = 'mutation { updateMe(input: { displayName: "x" }) { __typename } }';
    const { data, errors } = await ask(query, { token: tokens.ada });
    expect(data?.updateMe ?? null).toBeNull();
    expect(errors).toEqual([
      expect.objectContaining({
        path: ['updateMe'],
        extensions: expect.objectContaining({ code: 'UNAUTHENTICATED', reason: 'EXPIRED_TOKEN' }),
      }),
    ]);
  });
});
