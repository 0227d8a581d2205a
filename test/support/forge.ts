import { KeyObject, sign } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose';
import { generateSigningKey, type SigningKey } from '../../src/emulator/keys.ts';
import { adapterOfProject } from './adapter.ts';
import { createClock } from './clock.ts';
import { startFastPathServer } from './fast-path-server.ts';
import { type Answer, startTestServer, type TestServer } from './test-server.ts';

/** A part of a token: text and bytes stay as they are, anything else becomes JSON. */
export type Part = unknown;

/** Makes the signature of `<header>.<payload>`. */
export type Signer = (input: string) => Buffer;

/** A server, and a signing key that its provider publishes too, with which tests sign arbitrary tokens. */
export interface Forge {
  readonly test: TestServer;
  /** Tokens of two users, issued by the provider. */
  readonly ada: string;
  readonly grace: string;
  /** The claims of `ada`. */
  readonly claims: JWTPayload;
  /** The public half of the key that signed `ada`, as published. */
  readonly publicKey: SigningKey['published'];
  readonly key: SigningKey;
  /** A token with a valid signature; `claims` override those of `ada`. */
  token(claims?: object, header?: object): string;
  /** Sends a request to the fast path. Throws when Yoga answered it. */
  askFastPath(headers: Readonly<Record<string, string>>): Promise<Answer>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The query sent with every token: the id from the token, and a field that needs a profile call. */
export const ME = '{ me { id email } }';

/** Starts an emulator and a server that knows the forge's key. Use it with `await using`, or dispose of it. */
export async function startForge(): Promise<Forge> {
  const clock = createClock();
  const adapter = adapterOfProject() ?? 'yoga';
  const test = await startTestServer({ adapter, env: { RATE_LIMIT: 'off' }, clock });
  const { control, people, url, projectId } = test.emulator;
  const [ada, grace] = await Promise.all([
    control.mintToken({ userId: people.ada.id }),
    control.mintToken({ userId: people.grace.id }),
  ]);
  const claims = decodeJwt(ada);
  const key = await generateSigningKey();
  const token = (changes: object = {}, header: object = {}) =>
    compact({ alg: 'ES256', kid: key.kid, ...header }, { ...claims, ...changes }, es256(key));

  // The server has the provider's keys; after its pause, a token with an unknown key makes it fetch them again.
  await expectMe(test, ada);
  const path = `/api/v1/projects/${projectId}/.well-known/jwks.json?include_anonymous=true`;
  const { keys } = (await (await fetch(`${url}${path}`)).json()) as { keys: SigningKey['published'][] };
  control.fail('jwks', { kind: 'body', body: JSON.stringify({ keys: [...keys, key.published] }) });
  clock.advance(30_000);
  await expectMe(test, token());

  const publicKey = keys.find(({ kid }) => kid === decodeProtectedHeader(ada).kid);
  if (!publicKey) throw new Error('The key that signs is not published');
  const fastPath = await startFastPathServer(test);
  await fastPath.ask(ME, { token: ada });
  return {
    test,
    ada,
    grace,
    claims,
    publicKey,
    key,
    token,
    askFastPath: (headers) => fastPath.askFastPath(ME, { headers }),
    async [Symbol.asyncDispose]() {
      await fastPath[Symbol.asyncDispose]();
      await test[Symbol.asyncDispose]();
    },
  };
}

/** Joins header, payload and signature without checking them. */
export function compact(header: Part, payload: Part, signer: Signer): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${signer(input).toString('base64url')}`;
}

/** Signs by ES256 (RFC 7518, section 3.4). */
export function es256({ privateKey }: SigningKey): Signer {
  const key = KeyObject.from(privateKey);
  return (input) => sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
}

/** Base64url of a part. */
export function encode(part: Part): string {
  const bytes = typeof part === 'string' || Buffer.isBuffer(part) ? part : JSON.stringify(part);
  return Buffer.from(bytes).toString('base64url');
}

async function expectMe(test: TestServer, token: string): Promise<void> {
  const { body } = await test.ask('{ me { id } }', { token });
  if (body.data?.me?.id !== test.emulator.people.ada.id) {
    throw new Error(`A valid token was not served: ${JSON.stringify(body)}`);
  }
}
