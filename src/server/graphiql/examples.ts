// The operations that GraphiQL starts with, a tab each. The tests execute all of them.

/** An operation with an explanation. `variables` is JSON, as in the editor. */
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
    query: `# Two calls for any number of teams: one
# for the teams, one for the permissions in
# all of them.
query Teams {
  me {
    teams {
      id
      displayName
      permissions
    }
  }
}
`,
  },
  {
    query: `# One call for each kind of data. A field that
# fails is null with its reason; the others are
# answered all the same.
query Account {
  me {
    contactChannels {
      value
      isPrimary
      isVerified
    }
    sessions {
      id
      createdAt
      agentName
      isCurrent
    }
    teamInvitations {
      id
      teamDisplayName
    }
  }
}
`,
  },
  {
    query: `# One team: its lists need permissions in it.
# Copy an id from Teams into Variables.
query Team($id: ID!) {
  team(id: $id) {
    displayName
    permissions
    members {
      userId
      displayName
    }
    invitations {
      id
      recipientEmail
    }
    apiKeys {
      id
      lastFour
    }
  }
}
`,
    variables: '{\n  "id": ""\n}',
  },
  {
    query: `# Follows you: the answer changes by itself.
# Stop it with the button that runs it. In
# development change your name in the bar,
# under "Changes at the provider".
subscription Live {
  meChanged {
    displayName
    teams {
      displayName
    }
  }
}
`,
  },
  {
    query: `# Start of a walk through the next tabs. What
# cannot be done is in errors, as data.
mutation CreateTeam($name: String!) {
  createTeam(input: { displayName: $name }) {
    team {
      id
      displayName
      permissions
    }
    errors {
      code
      message
      field
    }
  }
}
`,
    variables: '{\n  "name": "Compilers"\n}',
  },
  {
    query: `# The provider sends an e-mail with a code.
# Put the id of the new team in Variables.
mutation Invite($input: InviteToTeamInput!) {
  inviteToTeam(input: $input) {
    sent
    invitationId
    errors {
      code
      message
      field
    }
  }
}
`,
    variables:
      '{\n  "input": {\n    "teamId": "",\n    "email": "grace@example.test",\n    "callbackUrl": "http://localhost:3000/join"\n  }\n}',
  },
  {
    query: `# Sign in as the invited person first. Give the
# code of the e-mail, or the id that Account
# shows as teamInvitations.
mutation Accept(
  $input: AcceptTeamInvitationInput!
) {
  acceptTeamInvitation(input: $input) {
    accepted
    errors {
      code
      message
    }
  }
}
`,
    variables: '{\n  "input": {\n    "code": ""\n  }\n}',
  },
  {
    query: `# Ends another session: Account has the ids.
mutation RevokeSession($id: ID!) {
  revokeSession(input: { id: $id }) {
    revokedSessionId
    errors {
      code
      message
    }
  }
}
`,
    variables: '{\n  "id": ""\n}',
  },
  {
    query: `# Ends this session. The token is accepted
# until it expires, but not refreshed.
mutation SignOut {
  signOut {
    signedOut
  }
}
`,
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
