// Tokens that are free, expired, or spelled in another way, all from one address.
import { ATTACKER, type Attack, keep, pause } from './attack.ts';

/** New anonymous users without end, each asking for a profile. */
export const anonymousFlood: Attack = {
  name: 'anonymous users without end',
  run: ({ url, emulator: { control } }, signal) =>
    keep(
      4,
      async () => {
        const { id } = control.createUser({ kind: 'anonymous' });
        await ask(url, await control.mintToken({ userId: id }), signal);
        control.deleteUser(id);
        await pause(10, signal);
      },
      signal,
    ),
};

/** Expired tokens, and the spellings of one token that differ in the unused bits of its signature. */
export const wornTokens: Attack = {
  name: 'expired and respelled tokens',
  async run({ url, emulator: { control } }, signal) {
    const { id } = control.createUser();
    await keep(
      2,
      async () => {
        const expired = await control.mintToken({ userId: id, expiresIn: -60 });
        await ask(url, expired, signal);
        const good = await control.mintToken({ userId: id });
        for (const last of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') await ask(url, good.slice(0, -1) + last, signal);
        await pause(20, signal);
      },
      signal,
    );
  },
};

async function ask(url: string, token: string, signal: AbortSignal): Promise<void> {
  const headers = {
    'content-type': 'application/json',
    'x-forwarded-for': ATTACKER,
    'x-stack-access-token': token,
  };
  const body = JSON.stringify({ query: '{ me { displayName } }' });
  const answer = await fetch(`${url}/graphql`, { method: 'POST', headers, body, signal });
  await answer.text();
}
