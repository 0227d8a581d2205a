import { graphql } from '../gql/gql.ts';

/** Who the token says the caller is: costs no profile call. */
export const WhoAmI = graphql(`
  query WhoAmI {
    me {
      id
      isAnonymous
      isRestricted
    }
    session {
      id
      issuedAt
      expiresAt
      selectedTeamId
    }
  }
`);

/** Everything the profile holds: costs one profile call. */
export const MyProfile = graphql(`
  query MyProfile {
    me {
      id
      displayName
      email
      emailVerified
      profileImageUrl
      signedUpAt
      lastActiveAt
      hasPassword
      oauthProviders {
        id
        accountId
        email
      }
    }
  }
`);

/** The name, at once and after each change. */
export const LiveName = graphql(`
  subscription LiveName {
    meChanged {
      id
      displayName
    }
  }
`);
