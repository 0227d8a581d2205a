// Translation of recorded requests, so that they can be sent to an emulator.
import { decodeJwt } from 'jose';
import { z } from 'zod';
import type { Emulator } from '../../src/emulator/emulator.ts';
import type { UserKind } from '../../src/emulator/user.ts';
import { type Exchange, RECORDED } from './recorded.ts';
import { isToken } from './shape.ts';

const TOKEN = /eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*/g;
const PLAIN_ISSUER =
  /^http:\/\/localhost:8102\/api\/v1\/projects(-restricted-users|-anonymous-users)?\/[\w-]+$/;

const claimsSchema = z.object({
  sub: z.string(),
  iss: z.string(),
  aud: z.string(),
  iat: z.number(),
  exp: z.number(),
  project_id: z.string(),
  refresh_token_id: z.string(),
});

/** A mapping from recorded ids, keys and tokens to those of an emulator; it grows with every answer. */
export interface Dictionary {
  /** Replaces ids, keys and tokens in a part of a request (path, header or body). */
  translate(text: string): Promise<string>;
  /** Adds the ids and tokens of a recorded answer and ours. */
  learn(recorded: unknown, ours: unknown): void;
  /** Adds one id, key or code. */
  add(recorded: string, ours: string): void;
}

/** Creates a dictionary that contains the recorded projects, which are all the emulator's main one, and its keys. */
export function createDictionary(
  emulator: Emulator,
  projectIds: readonly string[] = [RECORDED.projectId],
): Dictionary {
  const words = new Map<string, string>([
    ...projectIds.map((id): [string, string] => [id, emulator.projectId]),
    [RECORDED.publishableClientKey, emulator.publishableClientKey],
    [RECORDED.secretServerKey, emulator.secretServerKey],
    [RECORDED.superSecretAdminKey, emulator.superSecretAdminKey],
  ]);
  // Access tokens from answers, by their signed part. The same part with another signature is a forged token.
  const given = new Map<string, { readonly recorded: string; readonly ours: string }>();
  const word = (recorded: string): string => words.get(recorded) ?? recorded;

  // A token that is sent again is the same token, also after its user was deleted.
  const minted = new Map<string, string>();

  const translateToken = async (recorded: string): Promise<string> => {
    const known = given.get(unsigned(recorded));
    if (known?.recorded === recorded) return known.ours;
    const ours = minted.get(recorded) ?? (await mint(recorded, known !== undefined));
    minted.set(recorded, ours);
    return ours;
  };
  const mint = (recorded: string, forged: boolean): Promise<string> => {
    const claims = claimsSchema.parse(decodeJwt(recorded));
    return emulator.control.mintToken({
      userId: word(claims.sub),
      sessionId: word(claims.refresh_token_id),
      issuedAt: claims.iat,
      expiresIn: claims.exp - claims.iat,
      class: kindOf(claims.aud),
      otherProject: claims.project_id === 'internal',
      forged,
      claims: PLAIN_ISSUER.test(claims.iss) ? {} : { iss: claims.iss },
    });
  };

  const translate = async (text: string): Promise<string> => {
    let translated = text;
    for (const token of text.match(TOKEN) ?? []) {
      translated = translated.replace(token, await translateToken(token));
    }
    for (const [recorded, ours] of words) translated = translated.replaceAll(recorded, ours);
    return translated;
  };

  const learn = (recorded: unknown, ours: unknown): void => {
    for (const key of ['user_id', 'refresh_token', 'id', 'value'])
      pair(words, pick(recorded, key), pick(ours, key));
    const [theirs, own] = [pick(recorded, 'access_token'), pick(ours, 'access_token')];
    if (!isToken(theirs) || !isToken(own)) return;
    given.set(unsigned(theirs), { recorded: theirs, ours: own });
    pair(words, decodeJwt(theirs)['refresh_token_id'], decodeJwt(own)['refresh_token_id']);
  };

  return { translate, learn, add: (recorded, ours) => void words.set(recorded, ours) };
}

/** The time, in seconds, at which the token of a request was issued; undefined without a token. */
export function issuedAt(exchange: Exchange): number | undefined {
  const [token] = JSON.stringify(exchange.request.headers).match(TOKEN) ?? [];
  return token ? decodeJwt(token).iat : undefined;
}

function unsigned(token: string): string {
  return token.slice(0, token.lastIndexOf('.'));
}

function kindOf(audience: string): UserKind {
  if (audience.endsWith(':anon')) return 'anonymous';
  return audience.endsWith(':restricted') ? 'restricted' : 'ordinary';
}

function pair(words: Map<string, string>, recorded: unknown, ours: unknown): void {
  if (typeof recorded === 'string' && typeof ours === 'string') words.set(recorded, ours);
}

function pick(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
