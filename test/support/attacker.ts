import { createPublicKey, type KeyObject } from 'node:crypto';
import { exportSPKI } from 'jose';
import { expect } from 'vitest';
import { generateSigningKey, type SigningKey } from '../../src/emulator/keys.ts';
import { compact, es256, type Forge, startForge } from './forge.ts';
import { type HttpServer, startHttpServer } from './http-server.ts';

/** All that an attacker may have: valid tokens, the published keys, an own key and an own server. */
export interface Attacker extends Forge {
  readonly own: SigningKey;
  readonly server: HttpServer;
  /** A token signed by `own`, which the provider does not publish. */
  forged(header?: object, claims?: object): string;
  /** `ada` with another signature. */
  withSignature(signature: Buffer | string): string;
}

/** Hostile tokens by what is wrong with them. */
export type Tokens = Readonly<Record<string, (attacker: Attacker) => string>>;

/** Starts the server under test, and the attacker's server, which serves the attacker's key. */
export async function startAttacker(): Promise<Attacker> {
  const forge = await startForge();
  const own = await generateSigningKey();
  const pem = await exportSPKI(own.publicKey);
  const server = await startHttpServer((request, response) => {
    response.end(request.url === '/jwks' ? JSON.stringify({ keys: [own.published] }) : pem);
  });
  const { ada, claims, publicKey } = forge;
  return {
    ...forge,
    own,
    server,
    forged: (header = {}, changes = {}) =>
      compact({ alg: 'ES256', kid: publicKey.kid, ...header }, { ...claims, ...changes }, es256(own)),
    withSignature: (signature) => `${inputOf(ada)}.${Buffer.from(signature).toString('base64url')}`,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await forge[Symbol.asyncDispose]();
    },
  };
}

/**
 * Checks that the attacker's server received nothing and that valid tokens are still served. Also that there was an attack:
 * at least so many tokens, nearly all of them different.
 */
export async function expectUnharmed(attacker: Attacker, attack: readonly Tokens[], atLeast: number) {
  const tokens = attack.flatMap((group) => Object.values(group).map((make) => make(attacker)));
  expect(tokens.length).toBeGreaterThanOrEqual(atLeast);
  expect(new Set(tokens).size).toBeGreaterThan(tokens.length - 5);
  const { server, test, ada, grace, token } = attacker;
  expect({ connections: server.connections, received: server.received }).toEqual({
    connections: 0,
    received: [],
  });
  const { people } = test.emulator;
  for (const [good, { id }] of [
    [ada, people.ada] as const,
    [grace, people.grace] as const,
    [token(), people.ada] as const,
  ]) {
    expect((await test.ask('{ me { id } }', { token: good })).body).toEqual({ data: { me: { id } } });
  }
}

/** The public key as a `KeyObject` of Node. */
export function publicKeyOf({ kty, crv, x, y }: SigningKey['published']): KeyObject {
  return createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' });
}

/** The parts of a token, still encoded. */
export function partsOf(token: string): readonly string[] {
  return token.split('.');
}

/** The signing input of a token. */
export function inputOf(token: string): string {
  return token.slice(0, token.lastIndexOf('.'));
}

/** The bytes of a token's signature. */
export function signatureOf(token: string): Buffer {
  return Buffer.from(partsOf(token)[2] ?? '', 'base64url');
}
