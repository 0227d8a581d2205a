// Performs one mutation: checks its input, sends it, drops the copies that it made wrong, and writes its audit line.

import { AppError } from '../../core/errors.ts';
import type { MutationOutcome } from '../../core/events.ts';
import { toAppError } from '../../provider/outcome-error.ts';
import type { Outcome, UserErrorCode } from '../../provider/outcomes.ts';
import { readUuid } from '../../provider/uuid.ts';
import type { ProfileAfter, Touched } from '../../request/changes.ts';
import type { SignedInContext } from '../../request/context.ts';
import { forgetScopes } from '../scopes/scope-map.ts';
import { checkTexts } from './input-checks.ts';
import type { MutationRules, Payload, SendCall, Target } from './mutation.ts';
import { toUserError, type UserError } from './user-error.ts';

/** What was asked. `inputFields` are the names of the fields that the input may have. */
export interface Asked<Input> {
  readonly input: Input;
  readonly inputFields: readonly string[];
  readonly context: SignedInContext;
}

/** How a mutation ended, before the copies are dropped. */
interface Ended<Value> {
  readonly result: Outcome<Value> | UserError;
  readonly wasSent: boolean;
}

/**
 * Performs a mutation. What was asked and cannot be done is in the payload; who the caller is or may not do, and trouble of
 * the provider, is thrown as `AppError`.
 */
export async function perform<Input, Value>(
  rules: MutationRules<Input, Value>,
  asked: Asked<Input>,
): Promise<Payload<Value>> {
  const { input, context, inputFields } = asked;
  const before = rules.profileOf && context.changes.cachedProfile();
  const { result, wasSent } = await send(rules, asked);
  if (!('kind' in result)) {
    if (wasSent) drop(context, rules.touches(input, context));
    return reject(rules, asked, result);
  }
  const touched = touchedBy(result, wasSent, { touched: rules.touches(input, context), context });
  const fields = result.kind === 'ok' ? rules.profileOf?.(result.value) : undefined;
  if (touched) drop(context, touched, fields && { fields, before });
  if (result.kind === 'ok') {
    audit(rules, asked, { outcome: 'ok', value: result.value });
    return { value: result.value, errors: [] };
  }
  if (result.kind === 'rejected') return reject(rules, asked, toUserError(result, inputFields));
  const error = toAppError(result);
  const outcome = result.kind === 'unavailable' && !wasSent ? 'not-sent' : result.kind;
  audit(rules, asked, { outcome, code: error.reason ?? error.code });
  throw error;
}

async function send<Input, Value>(
  rules: MutationRules<Input, Value>,
  asked: Asked<Input>,
): Promise<Ended<Value>> {
  const { input, context } = asked;
  const problem = rules.check?.(input, context) ?? checkTexts(Object(input));
  if (problem) return { result: problem, wasSent: false };
  let wasSent = false;
  const sendCall: SendCall = async (call) => {
    const sent = await context.changes.send(call);
    wasSent ||= sent.wasSent;
    return sent.outcome;
  };
  try {
    return { result: await rules.send(input, sendCall, context), wasSent };
  } catch (error) {
    if (wasSent) drop(context, context.changes.perhapsTouched(rules.touches(input, context)));
    const code = error instanceof AppError ? (error.reason ?? error.code) : undefined;
    audit(rules, asked, { outcome: wasSent ? 'unavailable' : 'not-sent', code });
    throw error;
  }
}

/** Refusals from which it follows that something was changed elsewhere: the user's copies may show what was before. */
const SHOWS_CHANGE: Readonly<Record<UserErrorCode, boolean>> = {
  INVALID_INPUT: false,
  FEATURE_DISABLED: false,
  NOT_FOUND: true,
  EMAIL_IN_USE: false,
  EMAIL_ALREADY_ADDED: true,
  EMAIL_ALREADY_VERIFIED: true,
  CODE_INVALID: false,
  CODE_EXPIRED: false,
  CODE_ALREADY_USED: true,
  INVITATION_NOT_FOUND: true,
  INVITATION_NOT_FOR_RESTRICTED_USERS: false,
  REDIRECT_URL_NOT_TRUSTED: false,
  CANNOT_REVOKE_CURRENT_SESSION: false,
  NOT_A_TEAM_MEMBER: true,
};

/**
 * The copies to drop. A refusal drops them as well where it shows that they are wrong, but only the caller's own: it changed
 * nothing for others, and anyone can ask for what is refused.
 */
function touchedBy(
  outcome: Outcome<unknown>,
  wasSent: boolean,
  { touched, context }: { readonly touched: Touched; readonly context: SignedInContext },
): Touched | undefined {
  switch (outcome.kind) {
    case 'ok':
      return touched;
    case 'forbidden':
      return { own: touched.own };
    case 'rejected':
      return SHOWS_CHANGE[outcome.code] ? { own: touched.own } : undefined;
    case 'gone':
      return { own: 'all' };
    case 'unavailable':
      return wasSent ? context.changes.perhapsTouched(touched) : undefined;
    default:
      return undefined;
  }
}

function drop(context: SignedInContext, touched: Touched, profile?: ProfileAfter): void {
  context.changes.drop(touched, profile);
  forgetScopes(context);
}

function reject<Input, Value>(
  rules: MutationRules<Input, Value>,
  asked: Asked<Input>,
  error: UserError,
): Payload<Value> {
  audit(rules, asked, { outcome: 'rejected', code: error.code });
  return { value: undefined, errors: [error] };
}

function audit<Input, Value>(
  rules: MutationRules<Input, Value>,
  { input, context }: Asked<Input>,
  {
    outcome,
    code,
    value,
  }: { readonly outcome: MutationOutcome; readonly code?: string | undefined; readonly value?: Value },
): void {
  const { target, team }: Target = rules.about?.(input, value, context) ?? {};
  context.changes.audit({ operation: rules.name, outcome, code, target: idOf(target), team: idOf(team) });
}

/** Anything else than an id may be text that a client chose. */
function idOf(given: string | null | undefined): string | undefined {
  return given == null ? undefined : readUuid(given);
}
