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
  'me-patch-bad-json': { reason: 'the recording does not contain the malformed body' },
  'me-after-select-team': {
    ...change,
    instead: ({ control }) => control.updateUser(GRACE, { selectedTeam: { id: TEAM, displayName: 'Navy' } }),
  },
  'metadata-replaced-not-merged': {
    ...change,
    instead: ({ control }) => control.createUser({ id: 'e7412129-4d32-4ccd-9d1c-f5926d773ba1', email: null }),
  },
  'hexclave-headers-on-this-snapshot': {
    reason:
      'the recorded snapshot did not know X-Hexclave-* yet; today both spellings are accepted (contract 7)',
  },
  'check-version': { reason: 'the emulator has no version check' },
};
