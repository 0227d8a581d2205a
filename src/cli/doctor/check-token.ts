// An access token, read, verified and given its scopes by the server's own code.
import type { Credentials } from '../../auth/authenticate.ts';
import { readToken } from '../../auth/carriers.ts';
import type { Claims } from '../../auth/claims.ts';
import type { FetchedKeys } from '../../auth/fetch-keys.ts';
import { ruleOf, TOKEN_RULES } from '../../auth/token-rule.ts';
import { createVerify, type VerifierOptions } from '../../auth/verify.ts';
import type { Config } from '../../core/config/config.ts';
import { AppError } from '../../core/errors.ts';
import { decideTokenScopes } from '../../graph/scopes/token-scopes.ts';
import { duration, explainRule } from './explain-rule.ts';
import { type Finding, quote } from './finding.ts';
import type { Pasted } from './read-pasted.ts';

/** The findings, and the credentials where the token is valid. */
export interface CheckedToken {
  readonly credentials: Credentials | undefined;
  readonly findings: readonly Finding[];
}

/** A pasted token, and what it is verified with. `keys` is undefined where they could not be fetched. */
export interface TokenCheck {
  readonly pasted: Pasted;
  readonly config: Config;
  readonly keys: FetchedKeys['keys'] | undefined;
}

/** Verifies a token as the server does, and reports the rule that it breaks. */
export async function checkToken({ pasted, config, keys }: TokenCheck): Promise<CheckedToken> {
  const { header, value } = pasted;
  const remarks = schemeRemark(pasted);
  const now = Math.floor(Date.now() / 1000);
  let token: string | undefined;
  try {
    token = readToken(header);
    if (token === undefined) return { credentials: undefined, findings: [...remarks, MISSING] };
    const verify = createVerify({ ...config, keys: fixedKeys(keys) });
    const { claims } = await verify(token);
    return { credentials: { token, claims }, findings: [...remarks, good(claims, now)] };
  } catch (error) {
    const rule = ruleOf(error);
    if (error instanceof AppError && error.code === 'SERVICE_UNAVAILABLE')
      return { credentials: undefined, findings: [...remarks, UNDECIDED] };
    if (rule === undefined) throw error;
    const { message, remedy } = explainRule(rule, { value, token, config, now });
    const passed = TOKEN_RULES.slice(0, TOKEN_RULES.indexOf(rule));
    const finding: Finding = {
      check: 'token',
      status: 'failed',
      code: 'TOKEN_REFUSED',
      message: `The token breaks the rule "${rule}"${passed.length > 0 ? ` (it passes: ${passed.join(', ')})` : ''}. ${message}`,
      remedy,
      details: { rule, passed, reason: error instanceof AppError ? error.reason : undefined },
    };
    return { credentials: undefined, findings: [...remarks, finding] };
  }
}

const MISSING: Finding = {
  check: 'token',
  status: 'failed',
  code: 'TOKEN_MISSING',
  message: 'The input contains no token: this is what the SDK sends while no user is signed in.',
  remedy: 'Sign in first. The server treats such a request as one without a token.',
};

const UNDECIDED: Finding = {
  check: 'token',
  status: 'failed',
  code: 'TOKEN_UNDECIDED',
  message: 'The token has the right shape and audience. Without the keys its signature cannot be checked.',
  remedy: 'Fix what the finding for keys says. Until then the server answers 503 to this token.',
};

/** The fetched keys as the verifier's key set. Without keys a wrong audience is still named: it is seen without them. */
function fixedKeys(keys: FetchedKeys['keys'] | undefined): VerifierOptions['keys'] {
  return {
    async find(kid) {
      if (!keys) throw new AppError('The keys could not be fetched', { code: 'SERVICE_UNAVAILABLE' });
      return keys.get(kid)?.key;
    },
    current: (kid) => keys?.get(kid)?.key,
    seen: async () => {},
  };
}

function good(claims: Claims, now: number): Finding {
  const scopes = Object.entries(decideTokenScopes(claims));
  const passes = scopes.filter(([, allowed]) => allowed).map(([name]) => name);
  const lacks = scopes.filter(([, allowed]) => !allowed).map(([name]) => name);
  const userClass = classOf(claims);
  const why = userClass === 'restricted' ? ` (${quote(claims.restrictedReason ?? 'no reason given')})` : '';
  const not = lacks.length === 0 ? '' : `, and not ${lacks.join(', ')}`;
  return {
    check: 'token',
    status: 'ok',
    code: 'TOKEN_GOOD',
    message: `The token is valid for another ${duration(claims.expiresAt - now)}: ${userClass} user ${quote(claims.id)}${why}. Its scopes are ${passes.join(', ')}${not}. Whether it has a scope of your app depends on the request: on the value that a field gives, or on what the rule looks up.`,
    ...(lacks.length > 0 && {
      remedy: 'Fields that need another scope are refused with FORBIDDEN and a reason: docs/errors.md.',
    }),
    details: { rules: TOKEN_RULES, userClass, expiresAt: claims.expiresAt, scopes: passes },
  };
}

function classOf({ isAnonymous, isRestricted }: Claims): string {
  if (isAnonymous) return 'anonymous';
  return isRestricted ? 'restricted' : 'ordinary';
}

function schemeRemark({ text }: Pasted): Finding[] {
  if (!/^bearer\s/i.test(text)) return [];
  return [
    {
      check: 'token',
      status: 'warning',
      code: 'TOKEN_WITH_SCHEME',
      message: 'It begins with "Bearer ", so it was read as an Authorization header.',
      remedy:
        'In X-Stack-Access-Token send the token alone: with "Bearer " the server answers INVALID_TOKEN.',
    },
  ];
}
