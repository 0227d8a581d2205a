// A provider that costs next to nothing: its key set, and what it says of users, written down before the first request. It takes
// traces as well.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readAsServer } from '../../src/emulator/profile.ts';
import type { EmulatedUser } from '../../src/emulator/user.ts';
import { teamsOf } from './teams.ts';
import type { World } from './world.ts';

/** Where the provider listens, by the milliseconds that an answer takes there. */
export interface UpstreamPorts {
  readonly 0: number;
  readonly 20: number;
}

// Who started it is gone.
process.once('disconnect', () => process.exit());
const [world] = (await once(process, 'message')) as [World];
const keySet = Buffer.from(JSON.stringify(world.keySet));
/** What is asked of a user, and the answers by the user's id. */
const answers: Readonly<Record<string, ReadonlyMap<string, Buffer>>> = {
  '/api/v1/users/me': writeDown(readAsServer),
  '/api/v1/teams?user_id=me': writeDown((user) => ({
    items: teamsOf(user).map(({ id, displayName }) => ({
      id,
      display_name: displayName,
      profile_image_url: null,
      client_metadata: null,
      client_read_only_metadata: null,
    })),
    is_paginated: false,
  })),
  '/api/v1/team-permissions?user_id=me&recursive=true': writeDown((user) => ({
    items: teamsOf(user).flatMap((team) =>
      team.permissions.map((id) => ({ id, user_id: user.id, team_id: team.id })),
    ),
    is_paginated: false,
  })),
};
const userByToken = new Map<string, string>();
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
    if (url === '/v1/traces') {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      return;
    }
    const known = answers[url]?.get(userOf(headers['x-stack-access-token']));
    if (!known) response.writeHead(404).end();
    else if (delay === 0) sendJson(known);
    else setTimeout(sendJson, delay, known);

    function sendJson(body: Buffer): void {
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
        .end(body);
    }
  };
}

/** Tokens are believed here: their signatures are not what is measured. */
function userOf(token: string | string[] | undefined): string {
  if (typeof token !== 'string') return '';
  let user = userByToken.get(token);
  if (user === undefined) {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    user = (payload as { readonly sub: string }).sub;
    userByToken.set(token, user);
  }
  return user;
}

function writeDown(answerOf: (user: EmulatedUser) => object): ReadonlyMap<string, Buffer> {
  return new Map(world.users.map((user) => [user.id, Buffer.from(JSON.stringify(answerOf(user)))]));
}
