// `UserError` and `UserErrorCode`: the types of errors as data.
import type { UserErrorCode } from '../../provider/outcomes.ts';
import type { Builder, Ref } from '../builder.ts';
import { USER_ERRORS, type UserError } from './user-error.ts';

/** Adds both types. */
export function addUserError(builder: Builder): Ref<UserError> {
  const codes = Object.entries(USER_ERRORS).map(([code, description]) => [
    code,
    { description: `${description}.` },
  ]);
  const Code = builder.enumType('UserErrorCode', {
    description: 'Why a mutation could not do what was asked.',
    values: Object.fromEntries(codes) as Record<UserErrorCode, { readonly description: string }>,
  });
  return builder.objectRef<UserError>('UserError').implement({
    description:
      'What was asked and could not be done. Who the caller is, or may not do, is a top-level error instead.',
    fields: (t) => ({
      code: t.expose('code', { type: Code, description: 'For programs.' }),
      message: t.exposeString('message', { description: 'For people.' }),
      field: t.stringList({
        nullable: true,
        description:
          'The path inside `input` to the field that is wrong, such as `["displayName"]`. Null where it is none alone.',
        resolve: ({ field }) => field && [...field],
      }),
    }),
  });
}
