import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  listNotificationPreferences,
  setNotificationPreference,
} from '../../src/provider/notification-preferences.ts';
import { type AskedProvider, idOf, okOf, startAskedProvider } from '../support/ask-provider.ts';

let test: AskedProvider;
beforeAll(async () => {
  test = await startAskedProvider();
});
afterAll(() => test[Symbol.asyncDispose]());

describe('notification preferences', () => {
  it('are listed and set for the caller', async () => {
    const [ada, grace] = [await test.as('ada'), await test.as('grace')];
    const before = await okOf(ada(listNotificationPreferences));
    expect(before).toStrictEqual([
      { categoryId: expect.any(String), categoryName: 'Transactional', enabled: true, canDisable: false },
      { categoryId: expect.any(String), categoryName: 'Marketing', enabled: true, canDisable: true },
    ]);
    const marketing = idOf({ id: before[1]?.categoryId ?? '' });
    expect(await okOf(ada(setNotificationPreference(marketing, false)))).toStrictEqual({
      ...before[1],
      enabled: false,
    });
    expect((await okOf(ada(listNotificationPreferences)))[1]?.enabled).toBe(false);
    expect((await okOf(grace(listNotificationPreferences)))[1]?.enabled).toBe(true);
  });

  it('of an unknown category do not exist', async () => {
    const unknown = idOf({ id: '00000000-0000-4000-8000-000000000000' });
    expect(await (await test.as('ada'))(setNotificationPreference(unknown, true))).toMatchObject({
      kind: 'rejected',
      code: 'NOT_FOUND',
    });
  });
});
