// The mutations of the shipped graph, by name: labels of metrics and audit lines.

/** Every mutation of ours. Those of an app are not among them. */
export const MUTATION_NAMES = [
  'updateMe',
  'deleteMe',
  'signOut',
  'revokeSession',
  'createTeam',
  'updateTeam',
  'deleteTeam',
  'leaveTeam',
  'removeTeamMember',
  'updateTeamProfile',
  'inviteToTeam',
  'revokeTeamInvitation',
  'acceptTeamInvitation',
  'addContactChannel',
  'updateContactChannel',
  'removeContactChannel',
  'sendContactChannelVerification',
  'verifyContactChannel',
  'createApiKey',
  'revokeApiKey',
  'setNotificationPreference',
] as const;

/** The name of a mutation of ours. */
export type MutationName = (typeof MUTATION_NAMES)[number];

/** Whether a mutation is one of ours. */
export function isMutationName(name: string): name is MutationName {
  return MUTATION_NAMES.some((each) => each === name);
}
