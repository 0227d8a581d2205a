// The scopes that the provider decides: each costs at most one call in a request, for all fields and values together.
import { liveSession } from './live-session.ts';
import { projectPermission } from './project-permission.ts';
import type { Rule } from './rule.ts';
import { teamMember } from './team-member.ts';
import { type TeamPermission, teamPermission } from './team-permission.ts';

/** Scopes with a value that every app has. */
export interface ProviderScopes {
  /** A permission in the project, by its id. */
  projectPermission: string;
  /** A member of the team with this id. */
  teamMember: string;
  /** A permission in a team. */
  teamPermission: TeamPermission;
  /** Named with `true`: the session of the token has not ended. */
  liveSession: boolean;
}

/** Their rules, by name. */
export const providerRules: { readonly [Name in keyof ProviderScopes]: Rule<ProviderScopes[Name]> } = {
  projectPermission,
  teamMember,
  teamPermission,
  liveSession,
};

/** Whether a name is one of these scopes. */
export function isProviderScope(name: string): boolean {
  return Object.hasOwn(providerRules, name);
}
