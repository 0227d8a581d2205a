// The types of the graph that payloads of mutations contain.
import type { Claims } from '../../auth/claims.ts';
import type { Ref } from '../../graph/builder.ts';
import type { ApiKey } from '../../provider/api-keys.ts';
import type { ContactChannel } from '../../provider/contact-channels.ts';
import type { NotificationPreference } from '../../provider/notification-preferences.ts';
import type { TeamMember } from '../../provider/team-members.ts';
import type { Team } from '../../provider/teams.ts';

/** Types by their names. */
export interface PayloadRefs {
  readonly User: Ref<Claims>;
  readonly Team: Ref<Team>;
  readonly TeamMember: Ref<TeamMember>;
  readonly ContactChannel: Ref<ContactChannel>;
  readonly ApiKey: Ref<ApiKey>;
  readonly NotificationPreference: Ref<NotificationPreference>;
}
