// The provider's user as a graph: one noun a file, each added to a builder.
import type { Claims } from '../auth/claims.ts';
import type { Builder, Ref } from '../graph/builder.ts';
import type { AppTypes } from '../request/app-types.ts';
import { addMutations } from './mutations/mutations.ts';
import { addPayloadTypes } from './payload-types.ts';
import { addScalars } from './scalars.ts';
import { addSession } from './session.ts';
import { addUser } from './user.ts';

/** Our types, for fields that an app adds to them or returns them from. */
export interface Refs<T extends AppTypes> {
  /** The caller, by the verified claims. */
  readonly User: Ref<Claims, T>;
}

/** Adds every type and root field of ours to a builder without types. */
export function addIdentity(builder: Builder): Refs<AppTypes> {
  builder.queryType({ description: 'What can be asked. Every field says which scope it needs.' });
  addScalars(builder);
  const User = addUser(builder);
  addSession(builder);
  builder.mutationType({ description: 'What can be changed. Every field says which scope it needs.' });
  addMutations(builder, addPayloadTypes(builder, User));
  return { User };
}
