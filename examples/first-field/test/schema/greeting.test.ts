import { expect, it } from 'vitest';
import { startTestServer } from '../support/test-server.ts';

it('greets members by their name, and nobody else', async () => {
  await using test = await startTestServer();
  const { control, people } = test.emulator;
  const greet = async (userId: string) =>
    (await test.ask('{ greeting }', { token: await control.mintToken({ userId }) })).body;
  expect(await greet(people.ada.id)).toEqual({ data: { greeting: 'Hello, Ada Lovelace' } });
  expect((await greet(people.guest.id)).errors?.[0]?.extensions['reason']).toBe('ANONYMOUS_USER');
});
