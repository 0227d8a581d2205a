// Restrictions of users, and the kind of user that follows from them.
import type { RestrictedReason, UserKind } from './user.ts';

/** What restricts a user, apart from the settings of the project. */
export interface Restrictions {
  readonly isAnonymous: boolean;
  readonly mustVerifyEmail: boolean;
  readonly restrictedByAdmin: boolean;
}

/** The restrictions that tests ask for. */
export function restrictionsOf(options: {
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

/** Why a user is restricted now. */
export function reasonOf(
  user: Restrictions,
  options: { readonly emailVerified: boolean; readonly projectRequiresVerification: boolean },
): RestrictedReason | null {
  if (user.isAnonymous) return 'anonymous';
  if (!options.emailVerified && (options.projectRequiresVerification || user.mustVerifyEmail))
    return 'email_not_verified';
  return user.restrictedByAdmin ? 'restricted_by_administrator' : null;
}

/** The kind of a user with this reason. */
export function kindOf(reason: RestrictedReason | null): UserKind {
  if (reason === null) return 'ordinary';
  return reason === 'anonymous' ? 'anonymous' : 'restricted';
}
