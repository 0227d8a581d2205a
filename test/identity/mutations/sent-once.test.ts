import { describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../support/test-server.ts';
import { until } from '../../support/until.ts';

const CREATE = 'mutation { createTeam(input: { displayName: "New" }) { team { id } errors { code } } }';
const SIGN_OUT = 'mutation { signOut { signedOut errors { code } } }';

const linesOf = ({ logged }: TestServer) =>
  logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'Mutation');

/** Sends a mutation whose client can leave. */
function send({ url }: TestServer, query: string, token: string) {
  const client = new AbortController();
  const answer = fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-stack-access-token': token },
    body: JSON.stringify({ query }),
    signal: client.signal,
  }).catch(() => undefined);
  return { leave: () => client.abort(), answer };
}

describe('a mutation whose client leaves', () => {
  it('is waited for once it has been sent, and audited with its true outcome', async () => {
    await using test = await startTestServer();
    const { control, people } = test.emulator;
    const token = await control.mintToken({ userId: people.ada.id });
    await test.ask('{ me { teams { id } } }', { token });
    const gate = control.hold('change-teams');
    const { leave, answer } = send(test, CREATE, token);
    await until('the call', () => control.calls()['change-teams'] === 1);
    leave();
    await answer;
    await until('the end of the request', () => test.logged.some((line) => line.includes('"status":499')));
    expect(linesOf(test)).toEqual([]);
    gate.release();
    const line = await until('the audit line', () => linesOf(test)[0]);
    expect(line).toMatchObject({ operation: 'createTeam', outcome: 'ok', user: people.ada.id });
    expect(control.findTeam(line.target)).toMatchObject({ displayName: 'New' });
    const { body } = await test.ask('{ me { teams { id } } }', { token });
    expect(body.data.me.teams).toContainEqual({ id: line.target });
  });

  it('is not sent any more while it waits for its turn', async () => {
    await using test = await startTestServer({ env: { UPSTREAM_CONCURRENCY: '1' } });
    const { control, people } = test.emulator;
    const token = await control.mintToken({ userId: people.ada.id });
    const gate = control.hold('profile');
    const reading = test.ask('{ me { email } }', { token });
    await until('the read', () => control.calls().profile === 1);
    const { leave, answer } = send(test, CREATE, token);
    await until('the queue', () => test.services.gauges().callsQueued === 1);
    leave();
    await answer;
    expect(await until('the audit line', () => linesOf(test)[0])).toMatchObject({ outcome: 'not-sent' });
    gate.release();
    await reading;
    expect(control.calls()['change-teams']).toBe(0);
  });
});

describe('a mutation', () => {
  it('is executed neither by GET nor by a request that needs no preflight', async () => {
    await using test = await startTestServer();
    const { control, people } = test.emulator;
    const headers = { 'x-stack-access-token': await control.mintToken({ userId: people.ada.id }) };
    control.resetCalls();
    const asked = new URLSearchParams({ query: SIGN_OUT });
    expect((await test.fetch(`/graphql?${asked}`, { headers })).status).toBe(405);
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const post = {
        method: 'POST',
        headers: { ...headers, 'content-type': type },
        body: JSON.stringify({ query: SIGN_OUT }),
      };
      expect((await test.fetch('/graphql', post)).status).toBe(415);
    }
    expect(control.calls()['change-sessions']).toBe(0);
  });

  it('takes a call of the budget, and is not sent where none is left', async () => {
    await using test = await startTestServer({ env: { MAX_PROVIDER_CALLS: '2' } });
    const { control, people } = test.emulator;
    const token = await control.mintToken({ userId: people.ada.id });
    const create = (name: string) => `${name}: createTeam(input: { displayName: "${name}" }) { team { id } }`;
    const { body } = await test.ask(`mutation { ${['a', 'b', 'c'].map(create).join(' ')} }`, { token });
    expect(body.data).toEqual({ a: expect.any(Object), b: expect.any(Object), c: null });
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'LIMIT_EXCEEDED', reason: 'MAX_PROVIDER_CALLS' });
    expect(control.calls()['change-teams']).toBe(2);
    expect(linesOf(test).map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'not-sent']);
  });

  it('has a complexity, by which many of them are refused before any is sent', async () => {
    await using test = await startTestServer({ env: { MAX_COMPLEXITY: '25' } });
    const { control, people } = test.emulator;
    const token = await control.mintToken({ userId: people.ada.id });
    const signOut = (name: string) => `${name}: signOut { signedOut }`;
    const { body } = await test.ask(`mutation { ${['a', 'b', 'c'].map(signOut).join(' ')} }`, { token });
    expect(body.errors?.[0]?.extensions).toMatchObject({ reason: 'MAX_COMPLEXITY' });
    expect(control.calls()['change-sessions']).toBe(0);
    expect((await test.ask(`mutation { ${signOut('a')} }`, { token })).body.data.a.signedOut).toBe(true);
  });
});

describe('a 500 that means that it has been done before', () => {
  it('is no outage: signing out twice', async () => {
    await using test = await startTestServer();
    const { control, people } = test.emulator;
    const { accessToken: token } = await control.signIn(people.ada.id);
    for (const [sessions, changes] of [
      [0, 1],
      // The second one asks whether the session exists: one of support is not in the list.
      [1, 2],
    ]) {
      control.resetCalls();
      const { body } = await test.ask(SIGN_OUT, { token });
      expect(body.data.signOut).toEqual({ signedOut: true, errors: [] });
      expect(control.calls()).toMatchObject({ 'change-sessions': changes, sessions });
    }
    expect(test.services.gauges().breaker).toBe('closed');
  });

  it('is no outage, however many users sign out or revoke an invitation twice', async () => {
    await using test = await startTestServer();
    const { control } = test.emulator;
    const users = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const { id } = control.createUser();
        const team = control.createTeam({ displayName: 'Team', creatorId: id }).id;
        const { accessToken: token } = await control.signIn(id);
        await test.ask(SIGN_OUT, { token });
        return { token, invitation: control.invite({ teamId: team, email: 'x@example.test' }).id, team };
      }),
    );
    const gate = control.hold('change-sessions');
    const again = users.map(({ token }) => test.ask(SIGN_OUT, { token }));
    await gate.arrived(users.length);
    gate.release();
    for (const { body } of await Promise.all(again)) expect(body.data.signOut.signedOut).toBe(true);
    const revoke = `mutation($teamId: ID!, $id: ID!) {
      revokeTeamInvitation(input: { teamId: $teamId, id: $id }) { revokedInvitationId errors { code } }
    }`;
    // Each first looks whether the team has sent the invitation: all of them before the first is revoked.
    const lists = control.hold('invitations');
    const held = control.hold('change-invitations');
    const twice = users.flatMap(({ token, team, invitation }) =>
      [1, 2].map(() => test.ask(revoke, { token, variables: { teamId: team, id: invitation } })),
    );
    await lists.arrived(twice.length);
    lists.release();
    await held.arrived(twice.length);
    held.release();
    const answers = (await Promise.all(twice)).map(({ body }) => body.data?.revokeTeamInvitation?.errors);
    expect(answers.filter((errors) => errors?.length === 0)).toHaveLength(users.length);
    expect(answers.filter((errors) => errors?.[0]?.code === 'NOT_FOUND')).toHaveLength(users.length);
    expect(test.services.gauges().breaker).toBe('closed');
    // Nor is a user paused who does so again and again.
    for (let time = 0; time < 5; time += 1) {
      const { body } = await test.ask(SIGN_OUT, { token: users[0]?.token ?? '' });
      expect(body.data.signOut.signedOut).toBe(true);
    }
  });

  it('is no outage: an address that the caller has added already', async () => {
    await using test = await startTestServer();
    const { control } = test.emulator;
    const change = `mutation($id: ID!, $value: String!) {
      updateContactChannel(input: { id: $id, value: $value }) { errors { code } }
    }`;
    const users = await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        const value = `user-${index}@example.test`;
        const { id: userId } = control.createUser({ email: value });
        const { id } = control.addContactChannel({ userId, value: `second-${index}@example.test` });
        return { token: await control.mintToken({ userId }), variables: { id, value } };
      }),
    );
    const gate = control.hold('change-contact-channels');
    const asked = users.map((question) => test.ask(change, question));
    await gate.arrived(users.length);
    gate.release();
    for (const { body } of await Promise.all(asked))
      expect(body.data.updateContactChannel.errors).toEqual([{ code: 'EMAIL_ALREADY_ADDED' }]);
    expect(test.services.gauges().breaker).toBe('closed');
    // It is one where no other channel has the address.
    control.fail('change-contact-channels', { kind: 'status', status: 500 });
    const [one] = users;
    const { body } = await test.ask(change, {
      ...one,
      variables: { ...one?.variables, value: 'new@example.test' },
    });
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  it('is no outage: signing out of a deleted user', async () => {
    await using test = await startTestServer();
    const { control } = test.emulator;
    const { id } = control.createUser();
    const { accessToken: token } = await control.signIn(id);
    control.deleteUser(id);
    const { body } = await test.ask(SIGN_OUT, { token });
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED', reason: 'USER_GONE' });
    expect(linesOf(test)).toMatchObject([{ operation: 'signOut', outcome: 'gone', code: 'USER_GONE' }]);
  });

  it('is one where the session is still there, or the list cannot be read', async () => {
    await using test = await startTestServer();
    const { control, people } = test.emulator;
    const { accessToken: token, sessionId } = await control.signIn(people.ada.id);
    control.fail('change-sessions', { kind: 'status', status: 500 });
    const ask = async () => (await test.ask(SIGN_OUT, { token })).body.errors?.[0]?.extensions['code'];
    expect(await ask()).toBe('UPSTREAM_UNAVAILABLE');
    expect(control.calls()).toMatchObject({ 'change-sessions': 1, sessions: 1 });
    control.endSession(sessionId);
    control.fail('sessions', { kind: 'status', status: 500 });
    expect(await ask()).toBe('UPSTREAM_UNAVAILABLE');
  });

  it('is one where a session of support, which no list shows, is still there', async () => {
    await using test = await startTestServer();
    const { control, people } = test.emulator;
    const { accessToken: token, sessionId } = await control.signIn(people.ada.id, { isImpersonation: true });
    // The provider fails once, for the sign-out alone.
    const heal = control.fail('change-sessions', { kind: 'status', status: 500 });
    const gate = control.hold('sessions');
    const asked = test.ask(SIGN_OUT, { token });
    await gate.arrived(1);
    heal();
    gate.release();
    expect((await asked).body).toMatchObject({
      data: { signOut: null },
      errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
    });
    expect(control.state()).toMatchObject({ [`user ${people.ada.id}`]: { sessions: [sessionId] } });
    for (let time = 0; time < 2; time += 1) {
      const { body } = await test.ask(SIGN_OUT, { token });
      expect(body.data.signOut).toEqual({ signedOut: true, errors: [] });
    }
  });

  it('is no outage: revoking an invitation that another request has just revoked', async () => {
    await using test = await startTestServer();
    const { control, people, teams } = test.emulator;
    const token = await control.mintToken({ userId: people.grace.id });
    const { id } = control.invite({ teamId: teams.navy.id, email: 'x@example.test' });
    const gate = control.hold('invitations');
    const query = `mutation($input: RevokeTeamInvitationInput!) {
      revokeTeamInvitation(input: $input) { revokedInvitationId errors { code } }
    }`;
    const variables = { input: { teamId: teams.navy.id, id } };
    const both = [test.ask(query, { token, variables }), test.ask(query, { token, variables })];
    await until('both lists', () => control.calls().invitations === 2);
    gate.release();
    const answers = (await Promise.all(both)).map(({ body }) => body.data.revokeTeamInvitation);
    expect(answers.map(({ revokedInvitationId }) => revokedInvitationId).sort()).toEqual([id, null]);
    expect(answers.flatMap(({ errors }) => errors)).toEqual([{ code: 'NOT_FOUND' }]);
  });
});
