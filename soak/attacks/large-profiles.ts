// Users whose profiles are as large as the provider allows, and clients that do not read the answers.
import { once } from 'node:events';
import { type Attack, keep, openConnection, pause, postHead } from './attack.ts';

const ALIASED = `{ me { ${Array.from({ length: 30 }, (_, index) => `a${index}: profileImageUrl`).join(' ')} } }`;

/** Six clients that ask 30 times for a URL of 950,000 characters, again and again, and read nothing. */
export const unreadAnswers: Attack = {
  name: 'large answers that are not read',
  async run({ url, emulator: { control } }, signal) {
    const { id } = control.createUser({ profileImageUrl: `https://x.test/${'x'.repeat(950_000)}` });
    const token = await control.mintToken({ userId: id, expiresIn: 3_600 });
    const body = JSON.stringify({ query: ALIASED });
    await keep(
      6,
      async () => {
        const head = postHead(`Content-Length: ${body.length}`, `X-Stack-Access-Token: ${token}`);
        const socket = openConnection(url, head, signal);
        socket.pause();
        socket.write(body);
        for (let sent = 1; sent < 50 && !socket.destroyed; sent += 1) {
          socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
          await pause(200, signal);
        }
        if (!socket.destroyed) await Promise.race([once(socket, 'close'), pause(30_000, signal)]);
        socket.destroy();
      },
      signal,
    );
  },
};

/** New users with names of 900 KB, each asking once for the name. */
export const largeNames: Attack = {
  name: 'names of 900 KB',
  async run({ url, emulator: { control } }, signal) {
    const name = 'n'.repeat(900_000);
    for (let created = 0; created < 264 && !signal.aborted; created += 1) {
      const { id } = control.createUser({ displayName: name });
      const token = await control.mintToken({ userId: id });
      await ask(url, { query: '{ me { displayName } }', token }).catch(() => {});
      control.deleteUser(id);
      await pause(50, signal);
    }
  },
};

async function ask(url: string, { query, token }: { readonly query: string; readonly token: string }) {
  const headers = { 'content-type': 'application/json', 'x-stack-access-token': token };
  const answer = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  await answer.text();
}
