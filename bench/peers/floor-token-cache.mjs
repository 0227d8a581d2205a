// The floor of what must be done: node:http, the token by jose unless it is remembered, the body read and parsed, and
// the answer written by hand. There is no GraphQL in it: it knows the fields of the workloads by their names.
import { createServer } from 'node:http';
import { LRUCache } from 'lru-cache';
import { fetchProfile, port, tokenHeader } from './shared/provider.mjs';
import { verify } from './shared/verify-by-jose.mjs';

const remembered = new LRUCache({ max: 10_000 });
const REFUSAL = JSON.stringify({ errors: [{ message: 'Invalid access token' }] });

createServer(async (request, response) => {
  const token = request.headers[tokenHeader];
  try {
    let user = remembered.get(token);
    if (user === undefined || user.exp * 1000 < Date.now()) {
      user = await verify(token);
      remembered.set(token, user);
    }
    const { query } = JSON.parse(await readBody(request));
    send(response, 200, JSON.stringify({ data: { me: await readUser(user, token, query) } }));
  } catch {
    request.resume();
    send(response, 401, REFUSAL);
  }
}).listen(port, '127.0.0.1');

async function readUser(user, token, query) {
  if (query.includes('email')) {
    const { id, primary_email: email, display_name: displayName } = await fetchProfile(token);
    return { id, email, displayName };
  }
  const me = { id: user.sub, isAnonymous: user.is_anonymous };
  return query.includes('__typename') ? { ...me, __typename: 'User' } : me;
}

function readBody(request) {
  return new Promise((resolve, reject) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => resolve(text));
    request.on('error', reject);
  });
}

function send(response, status, body) {
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    .end(body);
}
