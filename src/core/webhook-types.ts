// The types of webhooks that the provider sends for its users and teams (contract, IDENTITY.md, section 3.3).

/** All of them. Other types are counted as `unknown`. */
export const WEBHOOK_TYPES = [
  'user.created',
  'user.updated',
  'user.deleted',
  'team.created',
  'team.updated',
  'team.deleted',
  'team_membership.created',
  'team_membership.deleted',
  'team_permission.created',
  'team_permission.deleted',
  'project_permission.created',
  'project_permission.deleted',
] as const;

/** One of them. */
export type WebhookType = (typeof WEBHOOK_TYPES)[number];

/** Whether an event is of a type that is known. */
export function isWebhookType(type: string): type is WebhookType {
  return WEBHOOK_TYPES.some((known) => known === type);
}
