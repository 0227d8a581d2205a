// The users of a project.
import { randomUUID } from 'node:crypto';
import type { EmulatedUser, NewUser, RestrictedReason, UserKind, UserPatch } from './user.ts';

/** The users of one project. Users are returned as snapshots without their passwords. */
export interface Users {
  create(options?: NewUser): EmulatedUser;
  /** Throws when the user does not exist. */
  update(id: string, patch: UserPatch): EmulatedUser;
  delete(id: string): boolean;
  find(id: string): EmulatedUser | undefined;
  findByEmail(email: string): EmulatedUser | undefined;
  hasPassword(id: string, password: string): boolean;
  all(): readonly EmulatedUser[];
}

/** The clock and the project setting that a user's kind depends on; evaluated at every read. */
export interface UserRules {
  readonly now: () => number;
  readonly requiresEmailVerification: () => boolean;
}

type Restrictions = Readonly<{ isAnonymous: boolean; mustVerifyEmail: boolean; restrictedByAdmin: boolean }>;
type Stored = Omit<EmulatedUser, 'kind' | 'restrictedReason' | 'restrictedByAdmin' | 'hasPassword'> &
  Restrictions & { readonly password: string | null };

/** Creates an empty set of users. */
export function createUsers(rules: UserRules): Users {
  const stored = new Map<string, Stored>();
  const describe = (user: Stored): EmulatedUser => {
    const { isAnonymous: _anonymous, mustVerifyEmail: _verify, password, ...rest } = user;
    const restrictedReason = reasonOf(user, rules.requiresEmailVerification());
    return { ...rest, kind: kindOf(restrictedReason), restrictedReason, hasPassword: password !== null };
  };
  const find = (id: string): EmulatedUser | undefined => {
    const user = stored.get(id);
    return user && describe(user);
  };

  return {
    create(options = {}) {
      const { kind, restrictedReason, ...given } = options;
      const user = {
        ...defaultsOf(options, rules.now()),
        ...given,
        ...restrictionsOf({ kind, restrictedReason }),
      };
      if (stored.has(user.id)) throw new Error(`User ${user.id} already exists`);
      stored.set(user.id, user);
      return describe(user);
    },
    update(id, patch) {
      const user = stored.get(id);
      if (!user) throw new Error(`There is no user ${id}`);
      const { kind, restrictedReason, ...given } = patch;
      const restrictions = kind || restrictedReason ? restrictionsOf({ kind, restrictedReason }) : {};
      const changed = { ...user, ...given, ...restrictions };
      stored.set(id, changed);
      return describe(changed);
    },
    delete: (id) => stored.delete(id),
    find,
    findByEmail: (email) => {
      const wanted = email.toLowerCase();
      const user = [...stored.values()].find((each) => each.email?.toLowerCase() === wanted);
      return user && describe(user);
    },
    hasPassword: (id, password) => stored.get(id)?.password === password,
    all: () => [...stored.values()].map(describe),
  };
}

function defaultsOf(options: NewUser, now: number): Omit<Stored, keyof Restrictions> {
  const id = options.id ?? randomUUID();
  const anonymous = options.kind === 'anonymous';
  const unverified =
    options.kind === 'restricted' && options.restrictedReason !== 'restricted_by_administrator';
  return {
    id,
    email: anonymous ? null : `user-${id.slice(0, 8)}@example.test`,
    emailVerified: !anonymous && !unverified && options.email !== null,
    displayName: null,
    profileImageUrl: null,
    password: null,
    oauthProviders: [],
    clientMetadata: null,
    clientReadOnlyMetadata: null,
    serverMetadata: null,
    restrictedByAdminReason: null,
    restrictedByAdminPrivateDetails: null,
    selectedTeam: null,
    countryCode: null,
    requiresTotpMfa: false,
    signedUpAt: now,
    lastActiveAt: now,
  };
}

function restrictionsOf(options: {
  readonly kind: UserKind | undefined;
  readonly restrictedReason: RestrictedReason | undefined;
}): Restrictions {
  const kind = options.kind ?? (options.restrictedReason ? 'restricted' : 'ordinary');
  const byAdmin = kind === 'restricted' && options.restrictedReason === 'restricted_by_administrator';
  return {
    isAnonymous: kind === 'anonymous',
    mustVerifyEmail: kind === 'restricted' && !byAdmin,
    restrictedByAdmin: byAdmin,
  };
}

function reasonOf(user: Stored, projectRequiresVerification: boolean): RestrictedReason | null {
  if (user.isAnonymous) return 'anonymous';
  if (!user.emailVerified && (projectRequiresVerification || user.mustVerifyEmail))
    return 'email_not_verified';
  return user.restrictedByAdmin ? 'restricted_by_administrator' : null;
}

function kindOf(reason: RestrictedReason | null): UserKind {
  if (reason === null) return 'ordinary';
  return reason === 'anonymous' ? 'anonymous' : 'restricted';
}
