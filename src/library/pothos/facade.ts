// The team's builder as the nouns of identity/ take it, which are written for the server's.
import { RequestCache } from '@pothos/plugin-scope-auth';
import type { GraphQLResolveInfo } from 'graphql';
import type { Builder } from '../../graph/builder.ts';
import type { AuthContext } from '../auth/types.ts';
import { requestContextOf } from './request-context.ts';
import { withGraphQLErrors } from './with-graphql-errors.ts';

/** The methods by which nouns add fields. `implement` of a ref calls `objectType`. */
const ADDING_METHODS = [
  'objectType',
  'objectField',
  'objectFields',
  'queryField',
  'queryFields',
  'mutationField',
  'mutationFields',
] as const satisfies readonly (keyof Builder)[];

/**
 * A builder that adds to `team`, with the server's defaults of nullability. What is added resolves with our context in place
 * of the team's, and fails with errors that the team's server does not mask.
 */
export function facadeOf(team: Builder): Builder {
  // Methods of the builder read its registry from `team`, and the defaults from the facade.
  const facade: Builder = Object.create(team);
  facade.defaultFieldNullability = false;
  facade.defaultInputFieldRequiredness = false;
  for (const name of ADDING_METHODS) {
    const adapt = name.startsWith('mutation') ? toResolveMutation : toResolve;
    const add = (...args: readonly unknown[]) =>
      Reflect.apply(
        team[name],
        facade,
        args.map((arg) => adaptedArgument(arg, adapt)),
      );
    Object.defineProperty(facade, name, { value: add });
  }
  return facade;
}

type Resolve<Context> = (
  parent: unknown,
  args: object,
  context: Context,
  info: GraphQLResolveInfo,
) => unknown;

/** Makes a resolver for the team's context out of one for ours. */
type Adapt = (resolve: Resolve<object>) => Resolve<AuthContext>;

const toResolve: Adapt = (resolve) => (parent, args, context, info) =>
  withGraphQLErrors(context, () => resolve(parent, args, requestContextOf(context, info), info));

/** A mutation of ours may change what scopes look at, and scope-auth remembers their answers by the team's context. */
const toResolveMutation: Adapt = (resolve) => async (parent, args, context, info) => {
  try {
    return await toResolve(resolve)(parent, args, context, info);
  } finally {
    RequestCache.clearForContext(context);
  }
};

/** The functions that define fields are arguments, or the `fields` of options. */
function adaptedArgument(arg: unknown, adapt: Adapt): unknown {
  if (isFunction(arg)) return (t: FieldBuilder) => arg(adaptedFieldBuilder(t, adapt));
  const fields = typeof arg === 'object' && arg !== null && 'fields' in arg ? arg.fields : undefined;
  if (!isFunction(fields)) return arg;
  return { ...(arg as object), fields: (t: FieldBuilder) => fields(adaptedFieldBuilder(t, adapt)) };
}

/** The parts of a field builder that every field passes through. scope-auth replaces `createField` in the same way. */
interface FieldBuilder {
  createField(options: FieldOptions): unknown;
  withAuth(scopes: unknown): FieldBuilder;
}

interface FieldOptions {
  readonly extensions?: { readonly pothosExposedField?: unknown };
  readonly resolve?: Resolve<object>;
}

function adaptedFieldBuilder(t: FieldBuilder, adapt: Adapt): FieldBuilder {
  const { createField, withAuth } = t;
  t.createField = (options) => createField.call(t, adaptedOptions(options, adapt));
  t.withAuth = (scopes) => adaptedFieldBuilder(withAuth.call(t, scopes), adapt);
  return t;
}

/** An exposed property needs no context. */
function adaptedOptions(options: FieldOptions, adapt: Adapt): object {
  const { resolve, extensions } = options;
  if (!resolve || extensions?.pothosExposedField !== undefined) return options;
  return { ...options, resolve: adapt(resolve) };
}

function isFunction(value: unknown): value is (t: FieldBuilder) => unknown {
  return typeof value === 'function';
}
