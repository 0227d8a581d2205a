import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { describeFailure, type WebhookDelivery } from '../../src/emulator/webhooks.ts';
import { verifyWebhook } from '../../src/library/webhooks.ts';
import { until } from '../support/until.ts';
import { clientHeaders, runEmulator, serverHeaders } from './run.ts';

type Event = Awaited<ReturnType<typeof verifyWebhook>>;

const recorded = z.object({ events: z.array(z.object({ type: z.string(), data: z.unknown() })).default([]) });
const RECORDED = readFileSync(new URL('../contract/recorded-webhooks.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .flatMap((line) => recorded.parse(JSON.parse(line)).events);

/** A receiver that verifies what it is sent, and answers with `status`. */
async function startReceiver(emulator: Emulator, status = 204) {
  const events: Event[] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    events.push(await verifyWebhook({ headers: request.headers, body }, emulator.webhookSecret));
    response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`,
    /** The types of the events of `act`, in alphabetical order, once all have been answered. */
    async sentBy(act: () => unknown, count?: number): Promise<readonly Event[]> {
      events.length = 0;
      await act();
      await until('the answers', () =>
        emulator.control.webhooks().every((each) => each.isHeldBack || each.status !== undefined),
      );
      if (count !== undefined) expect(events).toHaveLength(count);
      return events.toSorted((one, other) => one.type.localeCompare(other.type));
    },
  };
}

/** An emulator that sends its webhooks to a receiver, and requests of a server to it. */
async function start() {
  const emulator = await runEmulator();
  const receiver = await startReceiver(emulator);
  emulator.control.sendWebhooksTo(receiver.url);
  const api = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${emulator.url}/api/v1${path}`, {
      method,
      headers: { ...serverHeaders(emulator), 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    expect(answer.status).toBeLessThan(300);
    return answer.json();
  };
  const typesOf = async (act: () => unknown) => (await receiver.sentBy(act)).map(({ type }) => type);
  return { ...emulator, emulator, receiver, api, typesOf };
}

const MEMBER_ADDED = ['team_membership.created', 'team_permission.created'];

describe('the webhooks of the emulator', () => {
  it('tell of the same actions of a server as those of the genuine backend', async () => {
    const { api, typesOf, people, teams } = await start();
    const [ada, grace, radia] = [people.ada.id, people.grace.id, people.radia.id];
    const navy = teams.navy.id;
    expect(await typesOf(() => api('PATCH', `/users/${ada}`, { display_name: 'Augusta' }))).toEqual([
      'user.updated',
    ]);
    expect(await typesOf(() => api('PATCH', `/users/${ada}`, {}))).toEqual(['user.updated']);
    expect(await typesOf(() => api('PATCH', `/teams/${navy}`, { display_name: 'Fleet' }))).toEqual([
      'team.updated',
    ]);
    expect(await typesOf(() => api('POST', '/teams', { display_name: 'New', creator_user_id: ada }))).toEqual(
      ['team.created'],
    );
    expect(await typesOf(() => api('POST', `/team-memberships/${navy}/${radia}`, {}))).toEqual(MEMBER_ADDED);
    const permission = `/team-permissions/${navy}/${radia}/$update_team`;
    for (const _again of [1, 2])
      expect(await typesOf(() => api('POST', permission, {}))).toEqual(['team_permission.created']);
    expect(await typesOf(() => api('DELETE', permission))).toEqual(['team_permission.deleted']);
    expect(await typesOf(() => api('DELETE', `/team-memberships/${navy}/${radia}`))).toEqual([
      'team_membership.deleted',
    ]);
    const right = `/project-permissions/${radia}/staff`;
    expect(await typesOf(() => api('POST', right, {}))).toEqual(['project_permission.created']);
    expect(await typesOf(() => api('DELETE', right))).toEqual(['project_permission.deleted']);
    expect(await typesOf(() => api('DELETE', `/users/${grace}`))).toContain('user.deleted');
    expect(await typesOf(() => api('DELETE', `/teams/${navy}`))).toEqual(['team.deleted']);
    expect(await typesOf(() => api('GET', `/users/${ada}`))).toEqual([]);
  });

  it('tell of sign-ups, and of no sign-in', async () => {
    const { emulator, typesOf, url } = await start();
    const auth = (path: string, body: unknown = {}, token?: string) =>
      fetch(`${url}/api/v1/auth/${path}`, {
        method: 'POST',
        headers: { ...clientHeaders(emulator, token), 'x-stack-allow-anonymous-user': 'true' },
        body: JSON.stringify(body),
      });
    const account = { email: 'new@example.test', password: 'correct horse' };
    let token = '';
    const signUp = async () => {
      token = (await (await auth('anonymous/sign-up')).json()).access_token;
    };
    expect(await typesOf(signUp)).toEqual(['user.created']);
    expect(await typesOf(() => auth('password/sign-up', account, token))).toEqual(['user.updated']);
    expect(await typesOf(() => auth('password/sign-in', account))).toEqual([]);
    const other = { ...account, email: 'other@example.test' };
    expect(await typesOf(() => auth('password/sign-up', other))).toEqual(['user.created']);
  });

  it('tell of commands, in the form of the genuine backend', async () => {
    const { receiver, control, people, teams } = await start();
    const member = { teamId: teams.engines.id, userId: people.radia.id };
    const events = await receiver.sentBy(() => {
      const { id } = control.createUser();
      control.updateUser(people.ada.id, { displayName: 'Augusta' });
      const team = control.createTeam({ displayName: 'New', creatorId: id });
      control.updateTeam(team.id, { displayName: 'Newer' });
      control.addMember(member);
      control.addMember(member);
      control.grantPermission({ ...member, permissionId: '$update_team' });
      control.revokePermission({ ...member, permissionId: '$update_team' });
      control.removeMember(member);
      control.grantPermission({ userId: id, permissionId: 'staff' });
      control.revokePermission({ userId: id, permissionId: 'staff' });
      control.deleteUser(id);
      control.deleteTeam(team.id);
    });
    const keysOf = (data: unknown) => Object.keys(Object(data)).sort();
    for (const { type, data } of RECORDED) {
      const sent = events.find((event) => event.type === type);
      expect(keysOf(sent?.data), type).toEqual(keysOf(data));
    }
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    expect(events.filter(({ type }) => type === 'team_membership.created')).toHaveLength(1);
  });

  it('are sent to nothing before a URL was given, nor after it was taken away', async () => {
    const emulator = await runEmulator();
    const { control, people } = emulator;
    const receiver = await startReceiver(emulator);
    const change = () => control.updateUser(people.ada.id, { displayName: 'Augusta' });
    change();
    control.sendWebhooksTo(receiver.url);
    expect(await receiver.sentBy(change)).toHaveLength(1);
    control.sendWebhooksTo(undefined);
    change();
    expect(control.webhooks()).toHaveLength(1);
  });

  it('are sent once, and what is not taken is told', async () => {
    const emulator = await runEmulator();
    const { control, people } = emulator;
    const failures: WebhookDelivery[] = [];
    const onFailure = (delivery: WebhookDelivery) => void failures.push(delivery);
    const receiver = await startReceiver(emulator, 500);
    control.sendWebhooksTo(receiver.url, { onFailure });
    control.updateUser(people.ada.id, {});
    await until('the failure', () => failures.length === 1);
    control.sendWebhooksTo('http://127.0.0.1:1/webhooks', { onFailure });
    control.updateUser(people.ada.id, {});
    await until('the other failure', () => failures.length === 2);
    expect(failures.map(describeFailure)).toEqual([
      `The webhook user.updated was not taken by ${receiver.url}: 500`,
      expect.stringMatching(/^The webhook user.updated was not taken by http:\/\/127.0.0.1:1\/webhooks: \w/),
    ]);
    expect(control.webhooks()).toEqual(failures);
  });

  it('are held back while they are off, and one is sent when asked', async () => {
    const { control, people, receiver } = await start();
    const rename = (displayName: string) => control.updateUser(people.ada.id, { displayName });
    control.switchWebhooks(false);
    expect(await receiver.sentBy(() => ['Augusta', 'Byron'].map(rename), 0)).toEqual([]);
    expect(control.webhooks()).toMatchObject([{ isHeldBack: true }, { isHeldBack: true }]);
    const [late] = await receiver.sentBy(() => control.sendWebhookAgain(), 1);
    expect(late).toMatchObject({ id: control.webhooks()[1]?.id, data: { display_name: 'Byron' } });
    expect(await receiver.sentBy(() => control.sendTestWebhook(people.grace.id), 1)).toMatchObject([
      { type: 'user.updated', data: { id: people.grace.id } },
    ]);
    control.switchWebhooks(true);
    const [first] = await receiver.sentBy(() => rename('Ada'), 1);
    const [again] = await receiver.sentBy(() => control.sendWebhookAgain(), 1);
    expect(again).toEqual(first);
  });

  it('are not sent again before the first, nor without a URL', async () => {
    const { control, people } = await runEmulator();
    expect(control.sendWebhookAgain()).toBe(false);
    expect(control.sendTestWebhook(people.ada.id)).toBe(false);
    control.sendWebhooksTo('http://127.0.0.1:1/webhooks');
    expect(control.sendWebhookAgain()).toBe(false);
    expect(() => control.sendTestWebhook('nobody')).toThrow('There is no user nobody');
  });

  it('can be directed over HTTP', async () => {
    const emulator = await runEmulator();
    const receiver = await startReceiver(emulator);
    const send = (method: string, path: string, body: unknown) =>
      fetch(`${emulator.url}/control/webhooks${path}`, {
        method,
        headers: { 'x-emulator-secret': emulator.controlSecret },
        body: JSON.stringify(body),
      });
    const put = (body: unknown) => send('PUT', '', body);
    expect((await put({ url: 'ftp://a' })).status).toBe(400);
    expect((await put({ url: receiver.url })).status).toBe(204);
    expect((await send('POST', '/again', {})).status).toBe(409);
    expect(await receiver.sentBy(() => emulator.control.createUser())).toHaveLength(1);
    expect((await send('PUT', '/switch', { isOn: 'no' })).status).toBe(400);
    expect((await send('PUT', '/switch', { isOn: false })).status).toBe(204);
    expect(await receiver.sentBy(() => emulator.control.createUser())).toEqual([]);
    for (const [path, body, status] of [
      ['/again', {}, 204],
      ['/test', { userId: emulator.people.ada.id }, 204],
      ['/test', { userId: 'nobody' }, 404],
    ] as const)
      expect((await send('POST', path, body)).status).toBe(status);
    await receiver.sentBy(() => {});
    expect((await put({ url: null })).status).toBe(204);
    expect((await send('POST', '/test', { userId: emulator.people.ada.id })).status).toBe(409);
    const read = async (path: string) => {
      const headers = { 'x-emulator-secret': emulator.controlSecret };
      return (await fetch(`${emulator.url}/control/webhooks${path}`, { headers })).json();
    };
    expect(await read('/state')).toMatchObject({
      isOn: false,
      latest: { type: 'user.updated', status: 204 },
    });
    expect(await read('')).toMatchObject([
      { type: 'user.created', status: 204 },
      { type: 'user.created', isHeldBack: true },
      { type: 'user.created', status: 204 },
      { type: 'user.updated', status: 204 },
    ]);
  });
});
