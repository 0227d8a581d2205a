// The queries that GraphiQL starts with, a tab each. The tests execute all of them.

/** A query with an explanation. `variables` is JSON, as in the editor. */
export interface Example {
  readonly query: string;
  readonly variables?: string;
}

/** The tabs at the first visit. */
export const EXAMPLES: readonly Example[] = [
  {
    query: `# Who am I? Answered from the access
# token, without a call to the provider.
# Run it with Ctrl-Enter (⌘-Enter).
query WhoAmI {
  me {
    id
    isAnonymous
    isRestricted
  }
}
`,
  },
  {
    query: `# Session and lifetime of the access token.
# No call either.
query Session {
  session {
    id
    issuedAt
    expiresAt
    selectedTeamId
  }
}
`,
  },
  {
    query: `# These fields need the profile:
# one call for any number of them.
query Profile {
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
    }
  }
}
`,
  },
  {
    query: `# The same user three times, by aliases
# and a fragment: still one call.
query StillOneCall {
  card: me {
    ...Card
  }
  again: me {
    ...Card
    signedUpAt
  }
  address: me {
    email
  }
}

fragment Card on User {
  displayName
  profileImageUrl
}
`,
  },
  {
    query: `# Without the field, no call. Set withEmail
# to true under Variables: one call.
query OnDemand($withEmail: Boolean!) {
  me {
    id
    email @include(if: $withEmail)
  }
}
`,
    variables: '{\n  "withEmail": false\n}',
  },
  {
    query: `# A mistake: the field does not exist. It
# is underlined here, and the server refuses
# the query before it executes anything.
query Mistake {
  me {
    nickname
  }
}
`,
  },
];
