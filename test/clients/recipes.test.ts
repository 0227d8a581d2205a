import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { MyProfile, WhoAmI } from '../support/documents.ts';
import { type Document, FRONTENDS } from '../support/frontends.ts';
import { createGuestbook } from '../support/guestbook.ts';
import { signIn, startTestFrontend, type TestFrontendOptions } from '../support/test-frontend.ts';

const Member = parse('{ open member }') as Document<{ open: string; member: string | null }>;
const Sign = parse('mutation { sign }') as Document<{ sign: string | null }>;
/** Another one for each number, so that no client makes one of two. */
const whoAmI = (number: number) =>
  parse(`query WhoAmI${number} { me { id } }`) as Document<{ me: { id: string } | null }>;

describe.each(Object.entries(FRONTENDS))('%s', (_name, createClient) => {
  const start = (options?: TestFrontendOptions) => startTestFrontend(createClient, options);

  it("sends the signed-in user's token, and returns typed data", async () => {
    await using page = await start();
    const { data, reasons } = await page.client(MyProfile);
    expect([data?.me?.displayName, reasons]).toEqual(['Ada Lovelace', []]);
    expect(page.sentTokens).toHaveLength(1);
  });

  it("sends no token before sign-in, and the user's token after it", async () => {
    await using page = await start({ signedIn: 'none' });
    const before = await page.client(WhoAmI);
    expect([before.data?.me, before.reasons]).toEqual([null, ['MISSING_TOKEN', 'MISSING_TOKEN']]);
    expect(page.sentTokens).toEqual([undefined]);
    await signIn(page, 'ada');
    const after = await page.client(WhoAmI);
    expect(after.data?.me?.id).toBe(page.emulator.people.ada.id);
    expect([page.refreshes(), page.signOuts()]).toEqual([0, 0]);
  });

  it('renews an expired token and repeats the request, unseen by its caller', async () => {
    await using page = await start();
    await page.client(WhoAmI);
    page.expire();
    const { data, reasons } = await page.client(WhoAmI);
    expect([data?.me?.id, reasons]).toEqual([page.emulator.people.ada.id, []]);
    expect([page.refreshes(), page.sentTokens.length, page.signOuts()]).toEqual([1, 3, 0]);
  });

  it('renews a token whose key was withdrawn', async () => {
    await using page = await start();
    const { ada, grace } = page.emulator.people;
    await page.client(WhoAmI);
    await page.emulator.control.rotateKeys();
    // The server hears of it by a token of the new key, for which it looks at most so often.
    page.clocks.server.advance(31_000);
    const token = await page.emulator.control.mintToken({ userId: grace.id });
    expect((await page.test.ask('{ me { id } }', { token })).status).toBe(200);
    const { data, reasons } = await page.client(WhoAmI);
    expect([data?.me?.id, reasons]).toEqual([ada.id, []]);
    expect([page.refreshes(), page.sentTokens.length]).toEqual([1, 3]);
  });

  it('renews a token that only the provider finds expired, in a field', async () => {
    await using page = await start();
    page.clocks.provider.advance(660_000);
    const { data, reasons } = await page.client(MyProfile);
    expect([data?.me?.displayName, reasons]).toEqual(['Ada Lovelace', []]);
    expect([page.refreshes(), page.sentTokens.length]).toEqual([1, 2]);
  });

  it('shares one renewal among ten queries at once', async () => {
    await using page = await start();
    await page.client(WhoAmI);
    page.expire();
    const gate = page.emulator.control.hold('refresh');
    const asked = Array.from({ length: 10 }, (_, number) => page.client(whoAmI(number)));
    await gate.arrived(1);
    await expect.poll(() => page.sentTokens.length).toBe(11);
    gate.release();
    for (const { data, reasons } of await Promise.all(asked)) {
      expect([data?.me?.id, reasons]).toEqual([page.emulator.people.ada.id, []]);
    }
    expect([page.refreshes(), page.sentTokens.length]).toEqual([1, 21]);
  });

  it('does not renew again for a query whose refusal arrives after the renewal', async () => {
    await using page = await start();
    await page.client(WhoAmI);
    page.expire();
    const gate = page.holdNext();
    const late = page.client(whoAmI(1));
    await gate.arrived(1);
    expect((await page.client(whoAmI(2))).reasons).toEqual([]);
    gate.release();
    expect((await late).data?.me?.id).toBe(page.emulator.people.ada.id);
    expect([page.refreshes(), page.sentTokens.length]).toEqual([1, 5]);
  });

  it.each([
    ['UPSTREAM_UNAVAILABLE', 503],
    ['UPSTREAM_RATE_LIMITED', 429],
  ])(
    'does not renew while the provider is in trouble (%s), and gives the data that there is',
    async (code, status) => {
      await using page = await start();
      page.emulator.control.fail('profile', { kind: 'status', status });
      const { data, reasons } = await page.client(MyProfile);
      expect([data?.me?.id, data?.me?.email]).toEqual([page.emulator.people.ada.id, null]);
      expect([...new Set(reasons)]).toEqual([code]);
      expect([page.refreshes(), page.sentTokens.length, page.signOuts()]).toEqual([0, 1, 0]);
    },
  );

  it('does not renew for a user who was deleted', async () => {
    await using page = await start();
    const { id } = page.emulator.people.ada;
    page.emulator.control.deleteUser(id);
    const { data, reasons } = await page.client(MyProfile);
    expect([data?.me?.id, [...new Set(reasons)]]).toEqual([id, ['USER_GONE']]);
    expect([page.refreshes(), page.sentTokens.length]).toEqual([0, 1]);
  });

  it.each([
    ['guest', 'ANONYMOUS_USER'],
    ['radia', 'RESTRICTED_USER'],
  ] as const)('does not renew for a field that is not for %s, and gives the others', async (who, reason) => {
    await using page = await start({ signedIn: who, schema: createGuestbook().schema });
    const { data, reasons } = await page.client(Member);
    expect([data?.open, data?.member, reasons]).toEqual(['public', null, [reason]]);
    expect([page.refreshes(), page.sentTokens.length]).toEqual([0, 1]);
  });

  it("does not renew while the provider's keys cannot be had", async () => {
    await using page = await start({ signedIn: 'none' });
    const { control } = page.emulator;
    await page.client(WhoAmI);
    await control.rotateKeys();
    page.clocks.server.advance(31_000);
    control.fail('jwks', { kind: 'status', status: 503 });
    await signIn(page, 'ada');
    expect((await page.client(WhoAmI)).reasons).toEqual(['SERVER_ERROR']);
    expect([page.refreshes(), page.sentTokens.length, page.signOuts()]).toEqual([0, 2, 0]);
  });

  it('signs out once when the provider has ended the session, and sends nothing without a token', async () => {
    await using page = await start();
    await page.client(WhoAmI);
    await endSession(page.emulator, String(page.sentTokens[0]));
    page.expire();
    const asked = Array.from({ length: 10 }, (_, number) => page.client(whoAmI(number)));
    for (const { data, reasons, failure } of await Promise.all(asked)) {
      expect(data ?? undefined).toBeUndefined();
      expect(reasons.length === 1 || failure instanceof Error).toBe(true);
    }
    expect([page.refreshes(), page.sentTokens.length, page.signOuts()]).toEqual([1, 11, 1]);
    const after = await page.client(WhoAmI);
    expect(after.reasons).toEqual(['MISSING_TOKEN', 'MISSING_TOKEN']);
    expect([page.refreshes(), page.sentTokens.length, page.signOuts()]).toEqual([1, 12, 1]);
  });

  it('fails the query when no new token can be fetched, and stays signed in', async () => {
    let offline = true;
    await using page = await startTestFrontend(({ url, session }) =>
      createClient({
        url,
        session: {
          token: session.token,
          renew: (refused) => (offline ? Promise.reject(new Error('offline')) : session.renew(refused)),
        },
      }),
    );
    await page.client(WhoAmI);
    page.expire();
    expect((await page.client(WhoAmI)).failure).toMatchObject({ message: 'offline' });
    expect([page.sentTokens.length, page.signOuts()]).toEqual([2, 0]);
    offline = false;
    expect((await page.client(WhoAmI)).data?.me?.id).toBe(page.emulator.people.ada.id);
    expect([page.refreshes(), page.sentTokens.length, page.signOuts()]).toEqual([1, 4, 0]);
  });

  it('fails the query when the new token is refused too, and stays signed in', async () => {
    await using page = await start({ env: { STACK_PROJECT_ID: 'internal' } });
    expect((await page.client(WhoAmI)).reasons).toEqual(['INVALID_TOKEN']);
    expect([page.refreshes(), page.sentTokens.length, page.signOuts()]).toEqual([1, 2, 0]);
  });

  it('repeats a mutation that was refused as a whole, never one that was executed', async () => {
    const { schema, entries } = createGuestbook();
    await using page = await start({ schema, env: { PROFILE_CACHE_TTL: '0' } });
    await page.client(Member);
    page.expire();
    expect((await page.client(Sign)).data?.sign).toBe('Ada Lovelace');
    expect([page.refreshes(), page.sentTokens.length, entries.length]).toEqual([1, 3, 1]);
    page.clocks.provider.advance(660_000);
    const { data, reasons } = await page.client(Sign);
    expect([data?.sign, reasons]).toEqual([null, ['EXPIRED_TOKEN']]);
    expect([page.refreshes(), page.sentTokens.length, entries.length]).toEqual([1, 4, 2]);
  });
});

/** Signs out elsewhere. */
async function endSession({ url, projectId, publishableClientKey }: Emulator, token: string): Promise<void> {
  const headers = {
    'x-stack-access-type': 'client',
    'x-stack-project-id': projectId,
    'x-stack-publishable-client-key': publishableClientKey,
    'x-stack-access-token': token,
  };
  const answer = await fetch(`${url}/api/v1/auth/sessions/current`, { method: 'DELETE', headers });
  expect(answer.status).toBe(200);
}
