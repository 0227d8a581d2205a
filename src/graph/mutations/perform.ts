// Performs one mutation: checks its input, sends it, drops the copies that it made wrong, and writes its audit line.

import { AppError } from '../../core/errors.ts';
import type { MutationOutcome } from '../../core/events.ts';
import { toAppError } from '../../provider/outcome-error.ts';
import type { Outcome } from '../../provider/outcomes.ts';
import type { ClientProfile } from '../../provider/profile.ts';
import { readUuid } from '../../provider/uuid.ts';
import type { Touched } from '../../request/changes.ts';
import type { SignedInContext } from '../../request/context.ts';
import { forgetScopes } from '../scopes/scope-map.ts';
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
  const { result, wasSent } = await send(rules, asked);
  if (!('kind' in result)) {
    if (wasSent) drop(context, rules.touches(input, context));
    return reject(rules, asked, result);
  }
  const touched = touchedBy(result, wasSent, rules.touches(input, context));
  if (touched) drop(context, touched, result.kind === 'ok' ? rules.profileOf?.(result.value) : undefined);
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
  const problem = rules.check?.(input, context);
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
    if (wasSent) drop(context, rules.touches(input, context));
    const code = error instanceof AppError ? (error.reason ?? error.code) : undefined;
    audit(rules, asked, { outcome: wasSent ? 'unavailable' : 'not-sent', code });
    throw error;
  }
}

/**
 * The copies to drop. A refusal drops them as well where it shows that they are wrong: the user is no member any more, lacks
 * a permission, or was deleted.
 */
function touchedBy(outcome: Outcome<unknown>, wasSent: boolean, touched: Touched): Touched | undefined {
  switch (outcome.kind) {
    case 'ok':
    case 'forbidden':
      return touched;
    case 'rejected':
      return outcome.code === 'NOT_A_TEAM_MEMBER' ? touched : undefined;
    case 'gone':
      return { own: 'all' };
    case 'unavailable':
      return wasSent ? touched : undefined;
    default:
      return undefined;
  }
}

function drop(context: SignedInContext, touched: Touched, profile?: Partial<ClientProfile>): void {
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
