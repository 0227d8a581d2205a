// The users of a project.
import { randomUUID } from 'node:crypto';
import type { ContactChannels } from './contact-channels.ts';
import { kindOf, type Restrictions, reasonOf, restrictionsOf } from './restrictions.ts';
import type { EmulatedTeam } from './teams.ts';
import type { EmulatedUser, NewUser, UserPatch } from './user.ts';

/** The users of one project. Users are returned as snapshots without their passwords. */
export interface Users {
  create(options?: NewUser): EmulatedUser;
  /** Throws when the user does not exist. */
  update(id: string, patch: UserPatch): EmulatedUser;
  delete(id: string): boolean;
  find(id: string): EmulatedUser | undefined;
  /** The user who signs in with this address. */
  findByEmail(email: string): EmulatedUser | undefined;
  hasPassword(id: string, password: string): boolean;
  all(): readonly EmulatedUser[];
}

/** What users depend on: the clock, their addresses and teams, and the project setting that decides on their kind. */
interface UserRules {
  readonly now: () => number;
  readonly contactChannels: ContactChannels;
  readonly findTeam: (id: string) => EmulatedTeam | undefined;
  readonly requiresEmailVerification: () => boolean;
}

type Derived =
  | 'kind'
  | 'restrictedReason'
  | 'restrictedByAdmin'
  | 'hasPassword'
  | 'email'
  | 'emailVerified'
  | 'emailUsedForAuth'
  | 'selectedTeam';
type Stored = Omit<EmulatedUser, Derived> &
  Restrictions & { readonly password: string | null; readonly selectedTeamId: string | null };

/** Creates an empty set of users. */
export function createUsers(rules: UserRules): Users {
  const stored = new Map<string, Stored>();
  const { contactChannels } = rules;

  const describe = (user: Stored): EmulatedUser => {
    const { isAnonymous: _anonymous, mustVerifyEmail: _verify, password, selectedTeamId, ...rest } = user;
    const channel = contactChannels.primaryOf(user.id);
    const emailVerified = channel?.isVerified ?? false;
    const restrictedReason = reasonOf(user, {
      emailVerified,
      projectRequiresVerification: rules.requiresEmailVerification(),
    });
    return {
      ...rest,
      kind: kindOf(restrictedReason),
      restrictedReason,
      hasPassword: password !== null,
      email: channel?.value ?? null,
      emailVerified,
      emailUsedForAuth: channel?.usedForAuth ?? false,
      selectedTeam: (selectedTeamId !== null && rules.findTeam(selectedTeamId)) || null,
    };
  };
  const find = (id: string): EmulatedUser | undefined => {
    const user = stored.get(id);
    return user && describe(user);
  };
  const setEmail = (userId: string, { email, emailVerified }: UserPatch): void => {
    const channel = contactChannels.primaryOf(userId);
    const isVerified = emailVerified ?? channel?.isVerified ?? false;
    if (email === null) {
      if (channel) contactChannels.delete(channel);
    } else if (channel) contactChannels.update(channel, { value: email ?? channel.value, isVerified });
    else if (email !== undefined)
      contactChannels.create({ userId, value: email, isPrimary: true, isVerified, usedForAuth: true });
  };
  const store = (user: Stored, patch: NewUser): EmulatedUser => {
    const { kind, restrictedReason, email, emailVerified, selectedTeam, ...given } = patch;
    const restrictions = kind || restrictedReason ? restrictionsOf({ kind, restrictedReason }) : {};
    const selection = selectedTeam === undefined ? {} : { selectedTeamId: selectedTeam?.id ?? null };
    const changed = { ...user, ...given, ...restrictions, ...selection };
    stored.set(user.id, changed);
    if (email !== undefined || emailVerified !== undefined) setEmail(user.id, patch);
    return describe(changed);
  };

  return {
    create(options = {}) {
      const id = options.id ?? randomUUID();
      if (stored.has(id)) throw new Error(`User ${id} already exists`);
      return store(defaultsOf(id, rules.now()), { ...defaultEmailOf(id, options), ...options });
    },
    update(id, patch) {
      const user = stored.get(id);
      if (!user) throw new Error(`There is no user ${id}`);
      return store(user, patch);
    },
    delete: (id) => stored.delete(id),
    find,
    findByEmail: (email) => {
      const channel = contactChannels.findForAuth(email);
      return channel && find(channel.userId);
    },
    hasPassword: (id, password) => stored.get(id)?.password === password,
    all: () => [...stored.values()].map(describe),
  };
}

function defaultEmailOf(id: string, { kind, restrictedReason }: NewUser): UserPatch {
  if (kind === 'anonymous') return { email: null };
  const unverified = kind === 'restricted' && restrictedReason !== 'restricted_by_administrator';
  return { email: `user-${id.slice(0, 8)}@example.test`, emailVerified: !unverified };
}

function defaultsOf(id: string, now: number): Stored {
  return {
    id,
    displayName: null,
    profileImageUrl: null,
    password: null,
    oauthProviders: [],
    clientMetadata: null,
    clientReadOnlyMetadata: null,
    serverMetadata: null,
    restrictedByAdminReason: null,
    restrictedByAdminPrivateDetails: null,
    selectedTeamId: null,
    countryCode: null,
    requiresTotpMfa: false,
    signedUpAt: now,
    lastActiveAt: now,
    ...restrictionsOf({ kind: undefined, restrictedReason: undefined }),
  };
}
