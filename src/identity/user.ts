// `me`: the caller. The id and the class come from the token; all else is fetched when selected.
import type { MaybePromise } from '@whatwg-node/promise-helpers';
import type { Claims } from '../auth/claims.ts';
import type { Builder, Ref } from '../graph/builder.ts';
import { eachOf, OF_USER } from '../graph/list-complexity.ts';
import type { OAuthProvider, Profile } from '../provider/profile.ts';
import type { RequestContext } from '../request/context.ts';
import type { IdentityOptions } from './identity.ts';
import { readMetadata } from './metadata.ts';
import { onlyYourself, USER_ENTITY } from './user-entity.ts';
import { addListsOfUser, type ListRefs } from './user-lists.ts';

const FROM_TOKEN = 'From the access token: costs no call, and is as old as the token.';
const FROM_PROFILE = 'From the profile: fetched when asked for. Null with an error while it cannot be had.';

/**
 * Adds `User` and `Query.me`. In a subgraph, where clients name users by any id, the fields of others are refused; elsewhere a user
 * is always the caller, and nothing is asked.
 */
export function addUser(builder: Builder, refs: ListRefs, { isSubgraph }: IdentityOptions) {
  const OAuthProviderRef = addOAuthProvider(builder);
  const User = builder.objectRef<Claims>('User').implement({
    description: 'A user of the project.',
    extensions: USER_ENTITY,
    ...(isSubgraph && { authScopes: onlyYourself }),
    fields: (t) => ({
      id: t.exposeID('id', { skipTypeScopes: true, description: `The user's id. ${FROM_TOKEN}` }),
      isAnonymous: t.exposeBoolean('isAnonymous', {
        description: `Whether this is a visitor without an account. ${FROM_TOKEN}`,
      }),
      isRestricted: t.exposeBoolean('isRestricted', {
        description: `Whether the account is held back; so is every anonymous one. ${FROM_TOKEN}`,
      }),
      restrictedReason: t.exposeString('restrictedReason', {
        nullable: true,
        description: `Why, in the provider's word, such as \`email_not_verified\`. ${FROM_TOKEN}`,
      }),
    }),
  });
  addFieldsOfProfile(builder, User, OAuthProviderRef);
  addListsOfUser(builder, User, refs);

  builder.queryField('me', (t) =>
    t.withAuth({ authenticated: true }).field({
      type: User,
      nullable: true,
      description: 'The signed-in user. Needs: authenticated.',
      resolve: (_root, _args, { user }) => user,
    }),
  );
  return User;
}

function addFieldsOfProfile(builder: Builder, User: Ref<Claims>, OAuthProviderRef: Ref<OAuthProvider>): void {
  builder.objectFields(User, (t) => ({
    displayName: t.string({
      nullable: true,
      description: `The name to show. ${FROM_PROFILE}`,
      resolve: (user, _args, context) => fromProfile(user, context, 'displayName'),
    }),
    email: t.string({
      nullable: true,
      description: `The primary e-mail address. ${FROM_PROFILE}`,
      resolve: (user, _args, context) => fromProfile(user, context, 'email'),
    }),
    emailVerified: t.boolean({
      nullable: true,
      description: `Whether the primary e-mail address is verified. ${FROM_PROFILE}`,
      resolve: (user, _args, context) => fromProfile(user, context, 'emailVerified'),
    }),
    profileImageUrl: t.string({
      nullable: true,
      description: `Where the profile image is. ${FROM_PROFILE}`,
      resolve: (user, _args, context) => fromProfile(user, context, 'profileImageUrl'),
    }),
    signedUpAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: `When the user signed up. ${FROM_PROFILE}`,
      resolve: (user, _args, context) => fromProfile(user, context, 'signedUpAt'),
    }),
    lastActiveAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: `When the user was last active. ${FROM_PROFILE}`,
      resolve: (user, _args, context) => fromProfile(user, context, 'lastActiveAt'),
    }),
    hasPassword: t.boolean({
      nullable: true,
      description: `Whether the user can sign in with a password. ${FROM_PROFILE}`,
      resolve: (user, _args, context) => fromProfile(user, context, 'hasPassword'),
    }),
    oauthProviders: t.field({
      type: [OAuthProviderRef],
      nullable: true,
      extensions: eachOf(OF_USER),
      description: `The accounts at other providers that the user can sign in with. ${FROM_PROFILE}`,
      resolve: (user, _args, context) => fromProfile(user, context, 'oauthProviders'),
    }),
    clientMetadata: t.field({
      type: 'JSONObject',
      nullable: true,
      description: `What apps store with the user, for the user to read and change. ${FROM_PROFILE}`,
      resolve: async (user, _args, context) =>
        readMetadata(await fromProfile(user, context, 'clientMetadata')),
    }),
    clientReadOnlyMetadata: t.field({
      type: 'JSONObject',
      nullable: true,
      description: `What servers store with the user, for the user to read. ${FROM_PROFILE}`,
      resolve: async (user, _args, context) =>
        readMetadata(await fromProfile(user, context, 'clientReadOnlyMetadata')),
    }),
  }));
}

function addOAuthProvider(builder: Builder) {
  return builder.objectRef<OAuthProvider>('OAuthProvider').implement({
    description: 'An account at another provider that the user can sign in with.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'The provider, such as `github`.' }),
      accountId: t.exposeString('accountId', { description: "The user's id at that provider." }),
      email: t.exposeString('email', {
        nullable: true,
        description: 'The e-mail address known there. Null where that provider told none.',
      }),
    }),
  });
}

/** Without a promise where a copy is fresh: a query of cached fields then takes no turn of the event loop. */
function fromProfile<Key extends keyof Profile>(
  { id }: Claims,
  { loaders }: RequestContext,
  key: Key,
): MaybePromise<Profile[Key]> {
  const cached = loaders.identity.cachedProfile(id);
  return cached ? cached[key] : loaders.profile.load(id).then((profile) => profile[key]);
}
