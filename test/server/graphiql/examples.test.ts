import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXAMPLES } from '../../../src/server/graphiql/examples.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';

describe('the examples', () => {
  let test: TestServer;
  beforeAll(async () => {
    test = await startTestServer({ env: { GRAPHIQL: 'true', PROFILE_CACHE_TTL: '0' } });
  });
  afterAll(() => test[Symbol.asyncDispose]());

  it.each([
    ['WhoAmI', 0],
    ['Session', 0],
    ['Profile', 1],
    ['StillOneCall', 1],
    ['OnDemand', 0],
    ['Mistake', 0],
  ])('cost the number of calls that they announce: %s', async (name, cost) => {
    const example = EXAMPLES.find(({ query }) => query.includes(`query ${name}`));
    const { control, people } = test.emulator;
    const token = await control.mintToken({ userId: people.ada.id });
    control.resetCalls();
    const { body } = await test.ask(String(example?.query), {
      token,
      ...(example?.variables && { variables: JSON.parse(example.variables) }),
    });
    expect(control.calls().profile).toBe(cost);
    const codes = body.errors?.map(({ extensions }) => extensions['code']);
    expect(codes).toEqual(name === 'Mistake' ? ['GRAPHQL_VALIDATION_FAILED'] : undefined);
  });

  it('are all tested here, and each has an explanation', () => {
    expect(EXAMPLES).toHaveLength(6);
    for (const { query } of EXAMPLES) expect(query).toMatch(/^# [A-Z]/);
  });

  it('cost a call when the variable includes the field', async () => {
    const example = EXAMPLES.find(({ variables }) => variables !== undefined);
    const { control, people } = test.emulator;
    const token = await control.mintToken({ userId: people.ada.id });
    control.resetCalls();
    await test.ask(String(example?.query), { token, variables: { withEmail: true } });
    expect(control.calls().profile).toBe(1);
  });
});
