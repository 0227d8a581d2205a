// What GraphiQL starts with, a tab each. The tests ask each of them.

/** A query with what it teaches. `variables` is JSON, as the editor has it. */
export interface Example {
  readonly query: string;
  readonly variables?: string;
}

/** The tabs of whoever opens GraphiQL for the first time. */
export const EXAMPLES: readonly Example[] = [
  {
    query: `# Who am I? The access token says it:
# no call to the identity provider.
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
    query: `# What the access token says about itself.
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
# one call, however many you ask for.
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
    query: `# The same user thrice, by aliases and
# a fragment: still one call.
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
    query: `# No field, no call: set withEmail to true
# below, under Variables, and it costs one.
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
    query: `# A mistake: there is no such field. It is
# underlined here, and refused by the server
# before anything is executed.
query Mistake {
  me {
    nickname
  }
}
`,
  },
];
