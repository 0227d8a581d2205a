// Which cached copies each event of the provider drops. An event only ever drops: events have no order, so that their data may be
// older than a copy (contract, IDENTITY.md, section 3.2).
import { isWebhookType, type WebhookType } from '../core/webhook-types.ts';
import type { Copies } from './cache/copies.ts';
import { readUuid, type Uuid } from './uuid.ts';
import type { WebhookEvent } from './webhook.ts';

/** What an event names: the user or the team whose copies are dropped, and the field of its data that has the id. */
interface Named {
  readonly what: 'user' | 'team';
  readonly by: 'id' | 'user_id';
}

const USER: Named = { what: 'user', by: 'id' };
const USER_OF_RIGHT: Named = { what: 'user', by: 'user_id' };
const TEAM: Named = { what: 'team', by: 'id' };

/** By type: the copies of the user that is named, or the copies of every user that show the team. */
const NAMED: Readonly<Record<WebhookType, Named>> = {
  'user.created': USER,
  'user.updated': USER,
  'user.deleted': USER,
  'team.created': TEAM,
  'team.updated': TEAM,
  'team.deleted': TEAM,
  'team_membership.created': USER_OF_RIGHT,
  'team_membership.deleted': USER_OF_RIGHT,
  'team_permission.created': USER_OF_RIGHT,
  'team_permission.deleted': USER_OF_RIGHT,
  'project_permission.created': USER_OF_RIGHT,
  'project_permission.deleted': USER_OF_RIGHT,
};

/** Drops the copies that an event names. Returns false where it names none: its type is unknown, or its data is odd. */
export function dropNamed(
  copies: Pick<Copies, 'drop'>,
  { type, data }: Pick<WebhookEvent, 'type' | 'data'>,
): boolean {
  if (!isWebhookType(type)) return false;
  const { what, by } = NAMED[type];
  const id = idOf(data, by);
  if (id === undefined) return false;
  copies.drop(what === 'user' ? { kind: 'user', userId: id } : { kind: 'team', teamId: id }, 'here');
  return true;
}

function idOf(data: unknown, field: Named['by']): Uuid | undefined {
  const id: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, field) : undefined;
  return typeof id === 'string' ? readUuid(id) : undefined;
}
