// What a request keeps: loaders, scopes and cancellation hang on its principal, whatever object the context is.
import type { IncomingMessage } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type ExecutionResult, graphql, parse, subscribe } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stackAuthContext } from '../../src/library/apollo.ts';
import type { AuthContext } from '../../src/library/auth/types.ts';
import { requestContextOf } from '../../src/library/pothos/request-context.ts';
import { stackAuthUnauthorized } from '../../src/library/pothos.ts';
import { startHttpServer } from '../support/http-server.ts';
import { createTeamBuilder, createTeamSchema, type TeamContext } from '../support/team-graph.ts';
import { principalOf, startTestAuth, type TestAuth } from '../support/test-auth.ts';
import { until } from '../support/until.ts';

const schema = createTeamSchema();
const builder = createTeamBuilder();
setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** Executes as Apollo Server does. */
const execute = (source: string, contextValue: TeamContext) => graphql({ schema, source, contextValue });
const answersOf = ({ data, errors }: ExecutionResult) => ({
  data: JSON.parse(JSON.stringify(data)),
  errors: errors?.map(({ message, extensions }) => ({ message, extensions })),
});

describe('a request of a team', () => {
  let test: TestAuth;
  beforeAll(async () => {
    // Nothing is kept, so that what each request asks is seen.
    test = await startTestAuth({ profileCacheTtl: 0 });
    await principalOf(test); // From here on there are keys.
  });
  afterAll(() => test[Symbol.asyncDispose]());
  beforeEach(() => test.emulator.control.resetCalls());

  type Name = Parameters<TestAuth['headersOf']>[0];
  const contextOf = async (name: Name, headers?: Record<string, string>): Promise<AuthContext> => {
    const req = { headers: headers ?? (await test.headersOf(name)) } as unknown as IncomingMessage;
    return stackAuthContext(test.auth, { required: false })({ req });
  };
  const calls = () => test.emulator.control.calls();

  it('has a principal of its own, also for a token that is remembered', async () => {
    const headers = await test.headersOf('ada');
    const [one, other] = [await contextOf('ada', headers), await contextOf('ada', headers)];
    expect(one.principal).toBeDefined();
    expect(one.principal).not.toBe(other.principal);
  });

  it('shares its loaders among copies of its context, and with no other request', async () => {
    const headers = await test.headersOf('ada');
    const context = await contextOf('ada', headers);
    const query = '{ me { sessions { id } permissions } caller { id } }';
    const copies = [context, { ...context, tenant: 'acme' }, { ...context }];
    const answers = await Promise.all(copies.map((copy) => execute(query, copy)));
    for (const { errors } of answers) expect(errors).toBeUndefined();
    expect(calls()).toMatchObject({ sessions: 1, 'project-permissions': 1, total: 2 });
    await Promise.all([1, 2].map(async () => execute(query, await contextOf('ada', headers))));
    expect(calls().sessions).toBe(3);
  });

  it('is decided by its principal, whatever else its context says', async () => {
    const [ada, grace] = [await contextOf('ada'), await contextOf('grace')];
    const context = { ...grace, user: ada.user };
    const result = await execute('{ me { id } anyOf }', context);
    expect(answersOf(result)).toMatchObject({
      data: { me: { id: grace.user?.id }, anyOf: null },
      errors: [{ extensions: { code: 'FORBIDDEN', reason: 'PROJECT_PERMISSION_REQUIRED' } }],
    });
    expect((await execute('{ anyOf }', ada)).data).toEqual({ anyOf: true });
    const anonymous = { ...(await contextOf('guest')), user: ada.user };
    expect(answersOf(await execute('{ member authenticated }', anonymous))).toMatchObject({
      data: { member: null, authenticated: true },
      errors: [{ extensions: { reason: 'ANONYMOUS_USER' } }],
    });
    const guest = { ...grace, principal: undefined };
    expect(answersOf(await execute('{ me { id } }', guest)).errors).toMatchObject([
      { extensions: { reason: 'MISSING_TOKEN' } },
    ]);
  });

  it('is not made by an object that looks like a principal', async () => {
    const { user, principal, profile } = await contextOf('ada');
    const forged = { user, profile, principal: { ...principal, token: 'x', user } } as AuthContext;
    const { data, errors } = await execute('{ me { id } }', forged);
    expect(data).toEqual({ me: null });
    expect(errors?.[0]?.message).toBe('The principal was not made by this auth');
  });

  it('is refused in the same form outside of a field', async () => {
    const refuse = (context: AuthContext, failure: unknown) =>
      stackAuthUnauthorized(null, context, undefined, { failure });
    const [grace, guest] = [await contextOf('grace'), await contextOf('grace', {})];
    const asked = Promise.resolve(
      builder.runAuthScopes(grace, { projectPermission: 'x' }, ({ failure }) => refuse(grace, failure)),
    );
    await expect(asked).rejects.toMatchObject({
      extensions: { code: 'FORBIDDEN', reason: 'PROJECT_PERMISSION_REQUIRED' },
    });
    expect(refuse(grace, undefined)).toMatchObject({ extensions: { code: 'FORBIDDEN' } });
    expect(refuse(guest, undefined)).toMatchObject({ extensions: { reason: 'MISSING_TOKEN' } });
  });

  it('asks scopes again after a mutation that changed what they look at', async () => {
    const { control } = test.emulator;
    const user = control.createUser();
    const team = control.createTeam({ displayName: 'Left', creatorId: user.id });
    const token = await control.mintToken({ userId: user.id });
    const touch = `touchTeam(id: "${team.id}")`;
    const result = await execute(
      `mutation { a: ${touch} leaveTeam(input: { id: "${team.id}" }) { leftTeamId } b: ${touch} }`,
      { ...(await contextOf('ada', { 'x-stack-access-token': token })) },
    );
    expect(answersOf(result)).toMatchObject({
      data: { a: true, leaveTeam: { leftTeamId: team.id }, b: null },
      errors: [{ extensions: { code: 'FORBIDDEN', reason: 'NOT_A_TEAM_MEMBER' } }],
    });
  });

  it('shows nothing of a mistake in the settings, and logs it', async () => {
    await using keyless = await startTestAuth({ secretServerKey: undefined });
    const req = { headers: await keyless.headersOf('ada') } as unknown as IncomingMessage;
    const result = await execute('{ me { email } }', await stackAuthContext(keyless.auth)({ req }));
    expect(answersOf(result).errors).toEqual([
      { message: 'Unexpected error', extensions: { code: 'INTERNAL_SERVER_ERROR' } },
    ]);
    expect(keyless.logged).toContainEqual(['error', expect.anything(), expect.stringContaining('secret')]);
  });

  it('has new loaders for each event of a subscription', async () => {
    const contextValue = await contextOf('ada');
    const document = parse('subscription { ticks(count: 3) { id sessions { id } again: sessions { id } } }');
    const events = await subscribe({ schema, document, contextValue });
    if (!(Symbol.asyncIterator in events)) throw new Error('It was refused');
    for await (const { errors } of events) expect(errors).toBeUndefined();
    expect(calls().sessions).toBe(3);
  });

  it('ends what it waits for when its client leaves', async () => {
    const results: ReturnType<typeof execute>[] = [];
    await using server = await startHttpServer(async (req, res) => {
      const context = await stackAuthContext(test.auth)({ req, res });
      results.push(execute('{ me { sessions { id } } }', { ...context }));
    });
    const gate = test.emulator.control.hold('sessions');
    const client = new AbortController();
    const { signal } = client;
    const answer = fetch(server.url, { headers: await test.headersOf('ada'), signal });
    await gate.arrived(1);
    client.abort();
    await expect(answer).rejects.toThrow();
    const [result] = await Promise.all(results);
    gate.release();
    expect(result?.errors?.[0]?.message).toBe('The client has disconnected');
  });

  it('leaves nothing behind', async () => {
    const headers = await test.headersOf('ada');
    const kept: WeakRef<object>[] = [];
    const ask = async () => {
      const context = await contextOf('ada', headers);
      const copy = { ...context };
      const { errors } = await execute('{ me { email sessions { id } } anyOf }', copy);
      expect(errors).toBeUndefined();
      if (!context.principal) throw new Error('There is no principal');
      const own = requestContextOf(copy);
      kept.push(...[context.principal, context, copy, own, own.loaders].map((each) => new WeakRef(each)));
    };
    for (let time = 0; time < 3; time += 1) await ask();
    await until('the end of all requests', () => {
      collect();
      return kept.every((each) => each.deref() === undefined);
    });
  });
});
