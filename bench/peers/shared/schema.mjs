// Our server's schema in the form that documentation shows: SDL and resolvers. A user is the token's payload.
import { readFileSync } from 'node:fs';
import { GraphQLError } from 'graphql';
import { createProfileLoader } from './provider.mjs';

export const typeDefs = readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8');

const fromProfile = (read) => async (user, _args, context) => read(await context.profile.load(user.sub));

export const resolvers = {
  Query: {
    me: (_root, _args, { user }) => signedIn(user),
    session: (_root, _args, { user }) => signedIn(user),
  },
  Session: {
    id: (user) => user.refresh_token_id,
    issuedAt: (user) => new Date(user.iat * 1000),
    expiresAt: (user) => new Date(user.exp * 1000),
    selectedTeamId: (user) => user.selected_team_id,
  },
  User: {
    id: (user) => user.sub,
    isAnonymous: (user) => user.is_anonymous,
    isRestricted: (user) => user.is_restricted,
    displayName: fromProfile((profile) => profile.display_name),
    email: fromProfile((profile) => profile.primary_email),
    emailVerified: fromProfile((profile) => profile.primary_email_verified),
    profileImageUrl: fromProfile((profile) => profile.profile_image_url),
    signedUpAt: fromProfile((profile) => new Date(profile.signed_up_at_millis)),
    lastActiveAt: fromProfile((profile) => new Date(profile.last_active_at_millis)),
    hasPassword: fromProfile((profile) => profile.has_password),
    oauthProviders: fromProfile((profile) => profile.oauth_providers),
  },
  OAuthProvider: { accountId: (account) => account.account_id },
};

/** What resolvers get: the payload of a verified token, and a loader that is made when a field first asks. */
export function createContext(user, token) {
  let loader;
  return {
    user,
    get profile() {
      loader ??= createProfileLoader(token);
      return loader;
    },
  };
}

function signedIn(user) {
  if (user) return user;
  throw new GraphQLError('Access token required', { extensions: { code: 'UNAUTHENTICATED' } });
}
