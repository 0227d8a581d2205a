import { describe, expect, it } from 'vitest';
import type { Provider, RequestProvider } from '../../../src/provider/client.ts';
import type { ProviderPath } from '../../../src/provider/path.ts';
import type { ProviderCall } from '../../../src/provider/send.ts';
import { startTestServer } from '../../support/test-server.ts';
import { CASES, type Case } from './cases.ts';
import { findViolations } from './proof.ts';

/** A fault that is planted into each call of a mutation. */
type Plant = <T>(call: ProviderCall<T>, send: RequestProvider['sendOnce']) => ReturnType<typeof send<T>>;

/** The provider client, with a fault in each call that changes something. */
function withFault(provider: Provider, plant: Plant): Provider {
  return {
    call: provider.call,
    forRequest(scope) {
      const request = provider.forRequest(scope);
      return {
        budget: request.budget,
        call: (call) => request.call(call),
        sendOnce: (call) => plant({ ...call, caller: scope.caller }, (own) => request.sendOnce(own)),
      };
    },
  };
}

const serverAccess: Plant = (call, send) => send({ ...call, access: 'server' });

const retried: Plant = async (call, send) => {
  const first = await send(call);
  return first.outcome.kind === 'ok' ? send(call) : first;
};

const never: Plant = async (call, send) => {
  const { outcome } = await send({ ...call, method: 'GET', path: '/users/me' as ProviderPath });
  return outcome.kind === 'ok' ? { outcome, wasSent: true } : { outcome, wasSent: true };
};

/** The token of whichever user asked first. */
function tokenOfAnother(): Plant {
  let first: ProviderCall<unknown>['caller'];
  return (call, send) => {
    first ??= call.caller;
    return send({ ...call, caller: first });
  };
}

/** Another user's id in place of `me`, with rights that let it pass. */
const anotherUser =
  (id: () => string): Plant =>
  (call, send) =>
    send({ ...call, access: 'server', path: call.path.replace('/me', `/${id()}`) as ProviderPath });

/** Which mutations show the fault, as a part of the table. */
const named = (...names: readonly Case['name'][]) => CASES.filter(({ name }) => names.includes(name));

describe('the proof finds', () => {
  /** What it finds in some cases when the fault is planted. */
  async function findWith(plantFor: (userId: string) => Plant, cases: readonly Case[]) {
    const plant: { current?: Plant } = {};
    await using test = await startTestServer({
      services: (services) => ({
        ...services,
        provider: withFault(services.provider, (call, send) =>
          plant.current ? plant.current(call, send) : send(call),
        ),
      }),
    });
    plant.current = plantFor(test.emulator.people.ada.id);
    return await findViolations(test, cases);
  }

  const TEAMS = ['updateTeam', 'deleteTeam', 'removeTeamMember', 'inviteToTeam'] as const;

  it.each(TEAMS)('server access, which never asks for a membership or a permission: %s', async (name) => {
    const violations = await findWith(() => serverAccess, named(name));
    for (const role of ['stranger', 'anonymous', 'restricted'])
      expect(violations.join('\n')).toContain(`${name}  by ${role}: changes team`);
  });

  it('server access to the sessions, channels and keys of others', async () => {
    // Not `revokeApiKey`: it is not sent for a key that is not in the list of the caller or team.
    const cases = named('revokeSession', 'createApiKey');
    const violations = await findWith(() => serverAccess, cases);
    expect(violations.join('\n')).toContain('revokeSession  by stranger: changes user');
    expect(violations.join('\n')).toContain('createApiKey for a team by stranger: changes team');
  });

  it("another user's id in place of the caller", async () => {
    const cases = named('updateMe', 'setNotificationPreference', 'deleteMe');
    const violations = await findWith((id) => anotherUser(() => id), cases);
    for (const { name } of cases) expect(violations.join('\n')).toContain(`${name}  by owner`);
  });

  it("another user's token", async () => {
    const violations = await findWith(tokenOfAnother, named('updateMe', 'createTeam'));
    expect(violations.join('\n')).toContain('updateMe  by member');
  });

  it('a mutation that is sent twice', async () => {
    const cases = named('deleteMe', 'addContactChannel', 'acceptTeamInvitation', 'leaveTeam');
    const violations = await findWith(() => retried, cases);
    for (const name of ['addContactChannel', 'leaveTeam'])
      expect(violations.join('\n')).toContain(`${name}  by owner: answers`);
  });

  it('a mutation that is not sent', async () => {
    const violations = await findWith(() => never, named('signOut', 'revokeSession'));
    expect(violations.join('\n')).toContain('signOut  by owner: changes ,');
  });

  it('nothing where no fault is planted', async () => {
    expect(await findWith(() => (call, send) => send(call), named(...TEAMS, 'revokeSession'))).toEqual([]);
  });
});
