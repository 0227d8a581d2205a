// `User` in a subgraph: other subgraphs name users by id, and only a user's own fields can be read.
import type { Claims } from '../auth/claims.ts';
import { AppError, missingToken } from '../core/errors.ts';
import { publicEntity } from '../graph/entity.ts';
import type { RequestContext } from '../request/context.ts';

/** Another user than the caller, of whom nothing is known but an id that a client has named. */
type OtherUser = Pick<Claims, 'id'>;

/** The caller by the verified claims, and everyone else by the id alone. Asks the provider nothing. */
export const USER_ENTITY = publicEntity<Claims | OtherUser>((id, { user }) =>
  user?.id === id ? user : { id },
);

/**
 * The guard of the type `User`, for every field but `id`. Throws `AppError`: `FORBIDDEN` / `NOT_YOURSELF` for another user,
 * `UNAUTHENTICATED` / `MISSING_TOKEN` without a token.
 */
export function onlyYourself({ id }: OtherUser, { user }: RequestContext): true {
  if (!user) throw missingToken();
  if (user.id === id) return true;
  throw new AppError('Only users themselves can read this', { code: 'FORBIDDEN', reason: 'NOT_YOURSELF' });
}
