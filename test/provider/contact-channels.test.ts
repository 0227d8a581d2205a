import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addContactChannel,
  listContactChannels,
  removeContactChannel,
  sendVerification,
  updateContactChannel,
  verifyContactChannel,
} from '../../src/provider/contact-channels.ts';
import { type AskedProvider, idOf, okOf, startAskedProvider } from '../support/ask-provider.ts';

const CALLBACK = 'http://localhost:3000/verified';

let test: AskedProvider;
beforeAll(async () => {
  test = await startAskedProvider();
});
afterAll(() => test[Symbol.asyncDispose]());

describe('contact channels', () => {
  it('are those of the caller', async () => {
    const [channel] = test.emulator.control.contactChannels(test.emulator.people.ada.id);
    expect(await okOf((await test.as('ada'))(listContactChannels))).toStrictEqual([
      {
        id: channel?.id,
        type: 'EMAIL',
        value: 'ada@example.test',
        isPrimary: true,
        isVerified: true,
        usedForAuth: true,
      },
    ]);
    expect(await okOf((await test.as('guest'))(listContactChannels))).toEqual([]);
  });

  it('are added, verified by code, changed and removed', async () => {
    const ask = await test.as('grace');
    const added = await okOf(ask(addContactChannel({ value: 'Second@example.test', usedForAuth: false })));
    expect(added).toMatchObject({ value: 'second@example.test', isVerified: false, usedForAuth: false });
    const again = addContactChannel({ value: 'second@example.test', usedForAuth: false });
    expect(await ask(again)).toMatchObject({ kind: 'rejected', code: 'EMAIL_ALREADY_ADDED' });

    expect(await ask(sendVerification(added.id, 'https://evil.test/'))).toMatchObject({
      kind: 'rejected',
      code: 'REDIRECT_URL_NOT_TRUSTED',
    });
    expect(await ask(sendVerification(added.id, CALLBACK))).toMatchObject({ kind: 'ok' });
    const code = test.emulator.control.emails().at(-1)?.code ?? '';
    expect(await ask(verifyContactChannel('nonsense'))).toMatchObject({
      kind: 'rejected',
      code: 'CODE_INVALID',
    });
    expect(await ask(verifyContactChannel(code))).toMatchObject({ kind: 'ok' });
    expect(await ask(verifyContactChannel(code))).toMatchObject({ code: 'CODE_ALREADY_USED' });
    expect(await ask(sendVerification(added.id, CALLBACK))).toMatchObject({ code: 'EMAIL_ALREADY_VERIFIED' });

    expect(await okOf(ask(updateContactChannel(added.id, { isPrimary: true })))).toMatchObject({
      isPrimary: true,
      isVerified: true,
    });
    expect(await ask(removeContactChannel(added.id))).toMatchObject({ kind: 'ok' });
    expect(await ask(removeContactChannel(added.id))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('of others do not exist for the caller, nor do addresses with which others sign in', async () => {
    const [foreign] = test.emulator.control.contactChannels(test.emulator.people.ada.id);
    const id = idOf(foreign ?? { id: '' });
    const ask = await test.as('linus');
    for (const call of [updateContactChannel(id, { isPrimary: true }), removeContactChannel(id)])
      expect(await ask<unknown>(call)).toMatchObject({ kind: 'rejected', code: 'NOT_FOUND' });
    const taken = addContactChannel({ value: 'ada@example.test', usedForAuth: true });
    expect(await ask(taken)).toMatchObject({ kind: 'rejected', code: 'EMAIL_IN_USE' });
  });

  it('that are no e-mail addresses are left out', async () => {
    const { id } = test.emulator.people.ada;
    const item = { user_id: id, is_primary: false, is_verified: false, used_for_auth: false, value: 'x', id };
    const items = ['phone', 'email'].map((type) => ({ ...item, type }));
    const heal = test.emulator.control.fail('contact-channels', {
      kind: 'body',
      body: JSON.stringify({ items }),
    });
    expect(await okOf((await test.as('ada'))(listContactChannels))).toHaveLength(1);
    heal();
  });
});
