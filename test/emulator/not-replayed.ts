// The recorded exchanges that are not replayed.
import type { Emulator } from '../../src/emulator/emulator.ts';

/** Why an exchange is not replayed, and what is done instead so that later exchanges find the same state. */
export interface NotReplayed {
  readonly reason: string;
  readonly instead?: (emulator: Emulator) => unknown;
}

const GRACE = 'ae65c54d-5ff6-4024-8235-f5b1d9db4c3e';
const MINIMAL = 'df74b871-e111-4cb8-a352-43edfb906d7d';
const TEAM = '6fc0d580-48d1-4f83-aeb9-1f6f7578388d';

const list: NotReplayed = { reason: 'the emulator does not list users: our server never does' };
const teams: NotReplayed = { reason: 'the emulator has no teams, memberships or permissions' };
const change: NotReplayed = { reason: 'users are changed through control' };
const config: NotReplayed = { reason: 'the configuration is changed through control' };

/** Every exchange that is not replayed, by name. */
export const NOT_REPLAYED: Readonly<Record<string, NotReplayed>> = {
  'config-require-email-verification': {
    ...config,
    instead: ({ control }) => control.requireEmailVerification(true),
  },
  'config-require-email-verification-off': {
    ...config,
    instead: ({ control }) => control.requireEmailVerification(false),
  },
  'user-create': {
    ...change,
    instead: ({ control }) =>
      control.createUser({
        id: GRACE,
        email: 'grace-1795445170730@example.com',
        password: 'Correct-Horse-1',
        displayName: 'Grace Hopper',
        profileImageUrl: 'https://example.com/g.png',
        clientMetadata: { theme: 'dark' },
        clientReadOnlyMetadata: { plan: 'pro' },
        serverMetadata: { crm: 42 },
      }),
  },
  'user-create-duplicate-email': change,
  'user-create-minimal': {
    ...change,
    instead: ({ control }) => control.createUser({ id: MINIMAL, email: null }),
  },
  'user-delete': { ...change, instead: ({ control }) => control.deleteUser(GRACE) },
  'user-delete-again': change,
  'user-patch-by-id': change,
  'user-restrict-by-admin': {
    ...change,
    instead: ({ control }) =>
      control.updateUser(MINIMAL, {
        restrictedReason: 'restricted_by_administrator',
        restrictedByAdminReason: 'spam',
        restrictedByAdminPrivateDetails: 'rule 7',
      }),
  },
  'me-patch-server': {
    ...change,
    instead: ({ control }) => control.updateUser(GRACE, { serverMetadata: { crm: 43 } }),
  },
  'me-patch-server-no-token': change,
  'me-patch-unknown-field': change,
  'me-patch-null-display-name': change,
  'me-patch-client': change,
  'me-patch-client-server-metadata': change,
  'me-patch-bad-json': change,
  'me-patch-foreign-team': change,
  'me-after-select-team': {
    ...change,
    instead: ({ control }) => control.updateUser(GRACE, { selectedTeam: { id: TEAM, displayName: 'Navy' } }),
  },
  'me-delete-server': { ...change, instead: ({ control }) => control.deleteUser(MINIMAL) },
  'metadata-replaced-not-merged': {
    ...change,
    instead: ({ control }) => control.createUser({ id: 'e7412129-4d32-4ccd-9d1c-f5926d773ba1', email: null }),
  },
  'metadata-null': change,
  'empty-display-name': change,
  'empty-patch': change,
  'users-list-limit-1': list,
  'users-list-cursor': list,
  'users-list-all': list,
  'users-list-include-anonymous': list,
  'users-list-query': list,
  'users-list-unknown-param': list,
  'users-list-bad-cursor': list,
  'users-list-of-team': list,
  'users-list-excludes-restricted': list,
  'users-list-include-restricted': list,
  'only-anonymous-without-include': list,
  'users-limit-0': list,
  'accept-html-pretty': list,
  'team-create': teams,
  'team-get': teams,
  'team-get-unknown': teams,
  'teams-list-of-user': teams,
  'teams-list-me': teams,
  'teams-list-me-without-token': teams,
  'teams-list-all': teams,
  'team-membership-add': teams,
  'team-membership-add-again': teams,
  'team-membership-remove': teams,
  'team-membership-remove-again': teams,
  'team-member-profiles': teams,
  'team-permissions': teams,
  'team-permissions-direct': teams,
  'team-permission-grant-unknown': teams,
  'project-permission-definition-create': teams,
  'project-permission-grant': teams,
  'project-permissions': teams,
  'project-permissions-me': teams,
  'project-permissions-of-user': teams,
  'project-permissions-check-one': teams,
  'project-permissions-me-client': teams,
  'contact-channels': { reason: 'the emulator has no contact channels' },
  'hexclave-headers-on-this-snapshot': {
    reason:
      'the recorded snapshot did not know X-Hexclave-* yet; today both spellings are accepted (contract 7)',
  },
  'check-version': { reason: 'the emulator has no version check' },
};
