// A provider that costs next to nothing: its key set, and profiles that were written down before anybody asks.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readAsServer } from '../../src/emulator/profile.ts';
import type { World } from './world.ts';

/** Where the provider listens, by the milliseconds that a profile takes there. */
export interface UpstreamPorts {
  readonly 0: number;
  readonly 20: number;
}

// Who started it is gone.
process.once('disconnect', () => process.exit());
const [world] = (await once(process, 'message')) as [World];
const keySet = Buffer.from(JSON.stringify(world.keySet));
const bodies = new Map(world.users.map((user) => [user.id, Buffer.from(JSON.stringify(readAsServer(user)))]));
const byToken = new Map<string, Buffer | undefined>();
process.send?.({ 0: await listen(0), 20: await listen(20) } satisfies UpstreamPorts);

async function listen(delay: 0 | 20): Promise<number> {
  // Who ends an idle connection must not be the provider: the request on its way would be lost.
  const server = createServer({ keepAliveTimeout: 600_000 }, answer(delay));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function answer(delay: number): RequestListener {
  return ({ url = '', headers }, response) => {
    if (url.includes('/.well-known/jwks.json')) {
      const caching = { 'cache-control': 'public, max-age=3600' };
      response.writeHead(200, { 'content-type': 'application/json', ...caching }).end(keySet);
      return;
    }
    const profile = url === '/api/v1/users/me' ? profileOf(headers['x-stack-access-token']) : undefined;
    if (!profile) response.writeHead(404).end();
    else if (delay === 0) sendJson(profile);
    else setTimeout(sendJson, delay, profile);

    function sendJson(body: Buffer): void {
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
        .end(body);
    }
  };
}

/** Tokens are believed here: their signatures are not what is measured. */
function profileOf(token: string | string[] | undefined): Buffer | undefined {
  if (typeof token !== 'string') return undefined;
  if (!byToken.has(token)) {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const { sub } = payload as { readonly sub: string };
    byToken.set(token, bodies.get(sub));
  }
  return byToken.get(token);
}
