import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClock } from '../../support/clock.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';

const WEEK = 7 * 24 * 60 * 60 * 1000;
const CALLBACK = 'http://localhost:3000/callback';

const ADD = `mutation($value: String!) {
  addContactChannel(input: { value: $value }) { contactChannel { id } }
}`;
const SEND = `mutation($id: ID!) {
  sendContactChannelVerification(input: { id: $id, callbackUrl: "${CALLBACK}" }) { sent errors { code } }
}`;
const VERIFY =
  'mutation($code: String!) { verifyContactChannel(input: { code: $code }) { verified errors { code } } }';
const INVITE = `mutation($team: ID!, $email: String!) {
  inviteToTeam(input: { teamId: $team, email: $email, callbackUrl: "${CALLBACK}" }) { sent invitationId }
}`;
const ACCEPT = `mutation($input: AcceptTeamInvitationInput!) {
  acceptTeamInvitation(input: $input) { accepted errors { code } }
}`;

describe('a code from an e-mail', () => {
  const clock = createClock();
  let test: TestServer;
  beforeAll(async () => {
    test = await startTestServer({ clock, env: { PROFILE_CACHE_TTL: '3600' } });
  });
  afterAll(() => test[Symbol.asyncDispose]());

  /** One for a user and a time: for another of the same second no copy is fresh. */
  const tokens = new Map<string, Promise<string>>();

  /** Asks as this user. */
  async function ask(userId: string, query: string, variables: Readonly<Record<string, unknown>> = {}) {
    const key = `${userId} ${clock.wall()}`;
    const minting = tokens.get(key) ?? test.emulator.control.mintToken({ userId });
    tokens.set(key, minting);
    const token = await minting;
    const { body } = await test.ask(query, { token, variables });
    expect(body.errors).toBeUndefined();
    return body.data;
  }

  /** The code of the newest e-mail, which was sent to this address. */
  function codeSentTo(address: string): string {
    const newest = test.emulator.control.emails().at(-1);
    expect(newest).toMatchObject({ to: address, link: `${CALLBACK}?code=${newest?.code}` });
    return newest?.code ?? '';
  }

  /** A user with a second address, to which a code was sent. */
  async function createUnverified(name: string) {
    const value = `second-${name}@example.test`;
    const { id: userId } = test.emulator.control.createUser({ email: `${name}@example.test` });
    const { addContactChannel } = await ask(userId, ADD, { value });
    const { id } = addContactChannel.contactChannel;
    const { sendContactChannelVerification } = await ask(userId, SEND, { id });
    expect(sendContactChannelVerification).toEqual({ sent: true, errors: [] });
    return { userId, id, code: codeSentTo(value) };
  }

  const isVerified = async (userId: string, channel: string) => {
    const { me } = await ask(userId, '{ me { contactChannels { id isVerified } } }');
    return me.contactChannels.find(({ id }: { readonly id: string }) => id === channel).isVerified;
  };

  it('verifies the address that it was sent to, once, and the cached list shows it', async () => {
    const { userId, id, code } = await createUnverified('once');
    expect(await isVerified(userId, id)).toBe(false);
    expect((await ask(userId, VERIFY, { code })).verifyContactChannel).toEqual({
      verified: true,
      errors: [],
    });
    expect(await isVerified(userId, id)).toBe(true);
    expect((await ask(userId, VERIFY, { code })).verifyContactChannel).toEqual({
      verified: false,
      errors: [{ code: 'CODE_ALREADY_USED' }],
    });
    expect((await ask(userId, SEND, { id })).sendContactChannelVerification).toEqual({
      sent: false,
      errors: [{ code: 'EMAIL_ALREADY_VERIFIED' }],
    });
  });

  it('is expired after a week: the address stays unverified', async () => {
    const { userId, id, code } = await createUnverified('late');
    clock.advance(WEEK);
    expect((await ask(userId, VERIFY, { code })).verifyContactChannel).toEqual({
      verified: false,
      errors: [{ code: 'CODE_EXPIRED' }],
    });
    expect(await isVerified(userId, id)).toBe(false);
    // A second one is good.
    await ask(userId, SEND, { id });
    const again = codeSentTo('second-late@example.test');
    expect((await ask(userId, VERIFY, { code: again })).verifyContactChannel.verified).toBe(true);
  });

  it.each([
    ['a moment before a week has passed', WEEK - 1, true, []],
    ['a week after it was sent', WEEK, false, [{ code: 'CODE_EXPIRED' }]],
  ])('of an invitation, %s', async (_when, age, accepted, errors) => {
    const { control } = test.emulator;
    const email = `invited-${age}@example.test`;
    const { id: host } = control.createUser();
    const { id: guest } = control.createUser({ email });
    const { id: team } = control.createTeam({ displayName: 'Team', creatorId: host });
    const { inviteToTeam } = await ask(host, INVITE, { team, email });
    const code = codeSentTo(email);
    clock.advance(age);
    expect((await ask(guest, ACCEPT, { input: { code } })).acceptTeamInvitation).toEqual({
      accepted,
      errors,
    });
    expect(control.members(team).includes(guest)).toBe(accepted);
    // By its id it is the invitation that is not there any more, used or expired.
    expect(
      (await ask(guest, ACCEPT, { input: { id: inviteToTeam.invitationId } })).acceptTeamInvitation,
    ).toEqual({ accepted: false, errors: [{ code: 'INVITATION_NOT_FOUND' }] });
  });
});
