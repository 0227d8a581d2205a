// Every mutation of ours.
import type { Builder } from '../../graph/builder.ts';
import { createAddMutation } from '../../graph/mutations/mutation.ts';
import { addUserError } from '../../graph/mutations/user-error-type.ts';
import { addApiKeyMutations } from './api-keys.ts';
import { addChannelMutations, addVerificationMutations } from './contact-channels.ts';
import { addInvitationMutations } from './invitations.ts';
import { addMyMutations } from './me.ts';
import { addPreferenceMutations } from './notification-preferences.ts';
import type { PayloadRefs } from './refs.ts';
import { addSessionMutations } from './sessions.ts';
import { addMemberMutations } from './team-members.ts';
import { addTeamMutations } from './teams.ts';

/** Adds them, with their inputs and payloads. */
export function addMutations(builder: Builder, refs: PayloadRefs): void {
  const add = createAddMutation(builder, addUserError(builder));
  addMyMutations(add, refs);
  addSessionMutations(add);
  addTeamMutations(add, refs);
  addMemberMutations(add, refs);
  addInvitationMutations(add);
  addChannelMutations(add, refs);
  addVerificationMutations(add);
  addApiKeyMutations(add, refs);
  addPreferenceMutations(add, refs);
}
