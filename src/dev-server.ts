// The server of the development process: the same as in production, with a readable log, GraphiQL, and somebody
// signed in while the emulator runs. It is started by dev.ts, anew after each change.
import pretty from 'pino-pretty';
import { run } from './run.ts';

/** How to be signed in at the emulator, as dev.ts hands it over in `DEV_SIGN_IN`. `expiresIn` is in seconds. */
export interface SignIn {
  readonly url: string;
  readonly secret: string;
  readonly userId: string;
  readonly expiresIn: number;
}

const signIn = process.env['DEV_SIGN_IN'];

const url = await run({
  env: { HOST: '127.0.0.1', GRAPHIQL: 'true', SHUTDOWN_DELAY: '0', SHUTDOWN_GRACE: '0', ...process.env },
  logDestination: pretty({ colorize: process.stdout.isTTY, translateTime: 'HH:MM:ss' }),
  graphiqlHeaders: signIn === undefined ? undefined : () => signedInHeaders(JSON.parse(signIn)),
});
process.send?.(url);

async function signedInHeaders({ url, secret, userId, expiresIn }: SignIn) {
  const answer = await fetch(`${url}/control/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-emulator-secret': secret },
    body: JSON.stringify({ userId, expiresIn }),
  });
  const { accessToken } = (await answer.json()) as { readonly accessToken: string };
  return { 'X-Stack-Access-Token': accessToken };
}
