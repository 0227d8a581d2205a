// The questions of the page. Each part of the page says in a fragment of its own what it shows.
import { graphql } from '../gql/gql.ts';

/** Told by the token alone: the server asks nobody. */
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

/** Asks for the profile: one call of the server to the provider, however many fields. */
export const MyProfile = graphql(`
  query MyProfile {
    me {
      id
      ...ProfileFields
    }
  }
`);

/** Guarded by a scope: refused to visitors without an account and to those who are held back. */
export const Greeting = graphql(`
  query Greeting($language: String!) {
    greetingIn(language: $language)
  }
`);
