import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/emulator/fault.ts';
import { startTestServer } from '../support/test-server.ts';

const FIELDS = '{ me { id displayName email emailVerified hasPassword } }';
const known = (status: number, code: string): Fault => ({
  kind: 'status',
  status,
  headers: { 'x-stack-known-error': code },
});

describe('a provider that begins to refuse us under load', () => {
  it.each<[string, Fault, string]>([
    ['a revoked secret key', known(401, 'INVALID_SECRET_SERVER_KEY'), 'INVALID_SECRET_SERVER_KEY'],
    ['a deleted project', known(400, 'CURRENT_PROJECT_NOT_FOUND'), 'CURRENT_PROJECT_NOT_FOUND'],
    ['another way of asking', known(400, 'SCHEMA_ERROR'), 'SCHEMA_ERROR'],
  ])('is logged once when that begins and once when it ends: %s', async (_what, fault, refusal) => {
    await using test = await startTestServer({ env: { PROFILE_CACHE_TTL: '0' } });
    const { control, people } = test.emulator;
    const token = await control.mintToken({ userId: people.ada.id });
    const ask = async () => (await test.ask(FIELDS, { token })).body.errors?.length ?? 0;
    const heal = control.fail('profile', fault);
    for (let request = 0; request < 30; request += 1) expect(await ask()).toBe(4);
    heal();
    expect(await ask()).toBe(0);
    const lines = test.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg !== 'request');
    const trouble = lines.filter(({ level, msg }) => level >= 40 || /accepts us/.test(msg));
    expect(trouble).toMatchObject([
      { level: 50, msg: expect.stringContaining('The identity provider refuses us'), refusal },
      { level: 30, msg: 'The identity provider accepts us again', calls: 30 },
    ]);
    expect(trouble.map((line) => JSON.stringify(line)).join()).not.toContain('stack');
  });
});
