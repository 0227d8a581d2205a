// The queries of the page. Each part of the page has a fragment with the fields that it shows.
import { graphql } from '../gql/gql.ts';

/** Answered from the token, without a call to the provider. */
export const WhoAmI = graphql(`
  query WhoAmI {
    me {
      id
      ...Identity
    }
    session {
      ...SessionTimes
    }
  }
`);

/** Needs the profile: one call of the server to the provider for any number of fields. */
export const MyProfile = graphql(`
  query MyProfile {
    me {
      id
      ...ProfileFields
    }
  }
`);

/** Sent at once, and again whenever something of the user may have changed. */
export const LiveUser = graphql(`
  subscription LiveUser {
    meChanged {
      id
      ...LiveName
    }
  }
`);

/** Guarded by a scope: refused to anonymous and restricted users. */
export const Greeting = graphql(`
  query Greeting($language: String!) {
    greetingIn(language: $language)
  }
`);
