/* eslint-disable */
import * as types from './graphql.ts';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  fragment ApiKeyFields on ApiKey {\n    id\n    description\n    lastFour\n    createdAt\n    revokedAt\n  }\n": typeof types.ApiKeyFieldsFragmentDoc,
    "\n  mutation RevokeApiKey($input: RevokeApiKeyInput!) {\n    revokeApiKey(input: $input) {\n      apiKey {\n        id\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": typeof types.RevokeApiKeyDocument,
    "\n  query ApiKeys {\n    me {\n      id\n      apiKeys {\n        id\n        ...ApiKeyFields\n      }\n    }\n  }\n": typeof types.ApiKeysDocument,
    "\n  mutation CreateApiKey($input: CreateApiKeyInput!) {\n    createApiKey(input: $input) {\n      secret\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": typeof types.CreateApiKeyDocument,
    "\n  fragment EmailFields on ContactChannel {\n    id\n    value\n    isPrimary\n    isVerified\n    usedForAuth\n  }\n": typeof types.EmailFieldsFragmentDoc,
    "\n  mutation SendVerification($input: SendContactChannelVerificationInput!) {\n    sendContactChannelVerification(input: $input) {\n      sent\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": typeof types.SendVerificationDocument,
    "\n  mutation UpdateEmail($input: UpdateContactChannelInput!) {\n    updateContactChannel(input: $input) {\n      contactChannel {\n        id\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": typeof types.UpdateEmailDocument,
    "\n  mutation RemoveEmail($input: RemoveContactChannelInput!) {\n    removeContactChannel(input: $input) {\n      removedContactChannelId\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": typeof types.RemoveEmailDocument,
    "\n  query Emails {\n    me {\n      id\n      contactChannels {\n        id\n        ...EmailFields\n      }\n    }\n  }\n": typeof types.EmailsDocument,
    "\n  mutation AddEmail($input: AddContactChannelInput!) {\n    addContactChannel(input: $input) {\n      contactChannel {\n        id\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": typeof types.AddEmailDocument,
    "\n  query MyName {\n    me {\n      id\n      displayName\n    }\n  }\n": typeof types.MyNameDocument,
    "\n  mutation Rename($input: UpdateMeInput!) {\n    updateMe(input: $input) {\n      me {\n        id\n        displayName\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": typeof types.RenameDocument,
    "\n  query Notifications {\n    me {\n      id\n      notificationPreferences {\n        categoryId\n        ...PreferenceFields\n      }\n    }\n  }\n": typeof types.NotificationsDocument,
    "\n  fragment PreferenceFields on NotificationPreference {\n    categoryId\n    categoryName\n    enabled\n    canDisable\n  }\n": typeof types.PreferenceFieldsFragmentDoc,
    "\n  mutation SetPreference($input: SetNotificationPreferenceInput!) {\n    setNotificationPreference(input: $input) {\n      preference {\n        categoryId\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": typeof types.SetPreferenceDocument,
    "\n  query Sessions {\n    me {\n      id\n      sessions {\n        id\n        ...SessionFields\n      }\n    }\n  }\n": typeof types.SessionsDocument,
    "\n  fragment SessionFields on ActiveSession {\n    id\n    agentName\n    createdAt\n    lastUsedAt\n    isCurrent\n  }\n": typeof types.SessionFieldsFragmentDoc,
    "\n  mutation RevokeSession($input: RevokeSessionInput!) {\n    revokeSession(input: $input) {\n      revokedSessionId\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": typeof types.RevokeSessionDocument,
    "\n  query WhoAmI {\n    me {\n      id\n      ...Identity\n    }\n    session {\n      id\n      ...SessionTimes\n    }\n  }\n": typeof types.WhoAmIDocument,
    "\n  fragment Identity on User {\n    id\n    isAnonymous\n    isRestricted\n    restrictedReason\n  }\n": typeof types.IdentityFragmentDoc,
    "\n  fragment SessionTimes on Session {\n    issuedAt\n    expiresAt\n  }\n": typeof types.SessionTimesFragmentDoc,
    "\n  subscription LiveUser {\n    meChanged {\n      id\n      ...LiveName\n    }\n  }\n": typeof types.LiveUserDocument,
    "\n  fragment LiveName on User {\n    displayName\n  }\n": typeof types.LiveNameFragmentDoc,
    "\n  query MyProfile {\n    me {\n      id\n      ...ProfileFields\n    }\n  }\n": typeof types.MyProfileDocument,
    "\n  fragment ProfileFields on User {\n    displayName\n    email\n    emailVerified\n    signedUpAt\n    lastActiveAt\n    hasPassword\n    oauthProviders {\n      id\n    }\n  }\n": typeof types.ProfileFieldsFragmentDoc,
    "\n  mutation AcceptByCode($input: AcceptTeamInvitationInput!) {\n    acceptTeamInvitation(input: $input) {\n      accepted\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": typeof types.AcceptByCodeDocument,
    "\n  mutation VerifyEmail($input: VerifyContactChannelInput!) {\n    verifyContactChannel(input: $input) {\n      verified\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": typeof types.VerifyEmailDocument,
    "\n  mutation AddNote($text: String!) {\n    addNote(text: $text) {\n      id\n    }\n  }\n": typeof types.AddNoteDocument,
    "\n  fragment NoteRow on Note {\n    id\n    text\n    createdAt\n  }\n": typeof types.NoteRowFragmentDoc,
    "\n  mutation DeleteNote($id: ID!) {\n    deleteNote(id: $id)\n  }\n": typeof types.DeleteNoteDocument,
    "\n  query Notes($first: Int, $after: String) {\n    notes(first: $first, after: $after) {\n      edges {\n        cursor\n        node {\n          id\n          ...NoteRow\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": typeof types.NotesDocument,
    "\n  mutation CreateTeam($input: CreateTeamInput!) {\n    createTeam(input: $input) {\n      team {\n        id\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": typeof types.CreateTeamDocument,
    "\n  mutation LeaveTeam($input: LeaveTeamInput!) {\n    leaveTeam(input: $input) {\n      leftTeamId\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": typeof types.LeaveTeamDocument,
    "\n  mutation DeleteTeam($input: DeleteTeamInput!) {\n    deleteTeam(input: $input) {\n      deletedTeamId\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": typeof types.DeleteTeamDocument,
    "\n  query Members($id: ID!) {\n    team(id: $id) {\n      id\n      members {\n        userId\n        ...Member\n      }\n    }\n  }\n": typeof types.MembersDocument,
    "\n  fragment Member on TeamMember {\n    userId\n    displayName\n  }\n": typeof types.MemberFragmentDoc,
    "\n  mutation RemoveMember($input: RemoveTeamMemberInput!) {\n    removeTeamMember(input: $input) {\n      removedUserId\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": typeof types.RemoveMemberDocument,
    "\n  query ReceivedInvitations {\n    me {\n      id\n      teamInvitations {\n        id\n        ...ReceivedInvitation\n      }\n    }\n  }\n": typeof types.ReceivedInvitationsDocument,
    "\n  fragment ReceivedInvitation on TeamInvitation {\n    id\n    teamDisplayName\n    expiresAt\n  }\n": typeof types.ReceivedInvitationFragmentDoc,
    "\n  mutation AcceptInvitation($input: AcceptTeamInvitationInput!) {\n    acceptTeamInvitation(input: $input) {\n      accepted\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": typeof types.AcceptInvitationDocument,
    "\n  mutation UpdateTeam($input: UpdateTeamInput!) {\n    updateTeam(input: $input) {\n      team {\n        id\n        displayName\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": typeof types.UpdateTeamDocument,
    "\n  query SentInvitations($id: ID!) {\n    team(id: $id) {\n      id\n      invitations {\n        id\n        ...SentInvitation\n      }\n    }\n  }\n": typeof types.SentInvitationsDocument,
    "\n  fragment SentInvitation on TeamInvitation {\n    id\n    recipientEmail\n  }\n": typeof types.SentInvitationFragmentDoc,
    "\n  mutation Invite($input: InviteToTeamInput!) {\n    inviteToTeam(input: $input) {\n      sent\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": typeof types.InviteDocument,
    "\n  mutation RevokeInvitation($input: RevokeTeamInvitationInput!) {\n    revokeTeamInvitation(input: $input) {\n      revokedInvitationId\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": typeof types.RevokeInvitationDocument,
    "\n  query Teams {\n    me {\n      id\n      teams {\n        id\n        ...TeamInList\n      }\n    }\n  }\n": typeof types.TeamsDocument,
    "\n  fragment TeamInList on Team {\n    id\n    displayName\n    permissions\n  }\n": typeof types.TeamInListFragmentDoc,
    "\n  query Team($id: ID!) {\n    team(id: $id) {\n      id\n      displayName\n      permissions\n    }\n  }\n": typeof types.TeamDocument,
};
const documents: Documents = {
    "\n  fragment ApiKeyFields on ApiKey {\n    id\n    description\n    lastFour\n    createdAt\n    revokedAt\n  }\n": types.ApiKeyFieldsFragmentDoc,
    "\n  mutation RevokeApiKey($input: RevokeApiKeyInput!) {\n    revokeApiKey(input: $input) {\n      apiKey {\n        id\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": types.RevokeApiKeyDocument,
    "\n  query ApiKeys {\n    me {\n      id\n      apiKeys {\n        id\n        ...ApiKeyFields\n      }\n    }\n  }\n": types.ApiKeysDocument,
    "\n  mutation CreateApiKey($input: CreateApiKeyInput!) {\n    createApiKey(input: $input) {\n      secret\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": types.CreateApiKeyDocument,
    "\n  fragment EmailFields on ContactChannel {\n    id\n    value\n    isPrimary\n    isVerified\n    usedForAuth\n  }\n": types.EmailFieldsFragmentDoc,
    "\n  mutation SendVerification($input: SendContactChannelVerificationInput!) {\n    sendContactChannelVerification(input: $input) {\n      sent\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": types.SendVerificationDocument,
    "\n  mutation UpdateEmail($input: UpdateContactChannelInput!) {\n    updateContactChannel(input: $input) {\n      contactChannel {\n        id\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": types.UpdateEmailDocument,
    "\n  mutation RemoveEmail($input: RemoveContactChannelInput!) {\n    removeContactChannel(input: $input) {\n      removedContactChannelId\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": types.RemoveEmailDocument,
    "\n  query Emails {\n    me {\n      id\n      contactChannels {\n        id\n        ...EmailFields\n      }\n    }\n  }\n": types.EmailsDocument,
    "\n  mutation AddEmail($input: AddContactChannelInput!) {\n    addContactChannel(input: $input) {\n      contactChannel {\n        id\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": types.AddEmailDocument,
    "\n  query MyName {\n    me {\n      id\n      displayName\n    }\n  }\n": types.MyNameDocument,
    "\n  mutation Rename($input: UpdateMeInput!) {\n    updateMe(input: $input) {\n      me {\n        id\n        displayName\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": types.RenameDocument,
    "\n  query Notifications {\n    me {\n      id\n      notificationPreferences {\n        categoryId\n        ...PreferenceFields\n      }\n    }\n  }\n": types.NotificationsDocument,
    "\n  fragment PreferenceFields on NotificationPreference {\n    categoryId\n    categoryName\n    enabled\n    canDisable\n  }\n": types.PreferenceFieldsFragmentDoc,
    "\n  mutation SetPreference($input: SetNotificationPreferenceInput!) {\n    setNotificationPreference(input: $input) {\n      preference {\n        categoryId\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": types.SetPreferenceDocument,
    "\n  query Sessions {\n    me {\n      id\n      sessions {\n        id\n        ...SessionFields\n      }\n    }\n  }\n": types.SessionsDocument,
    "\n  fragment SessionFields on ActiveSession {\n    id\n    agentName\n    createdAt\n    lastUsedAt\n    isCurrent\n  }\n": types.SessionFieldsFragmentDoc,
    "\n  mutation RevokeSession($input: RevokeSessionInput!) {\n    revokeSession(input: $input) {\n      revokedSessionId\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": types.RevokeSessionDocument,
    "\n  query WhoAmI {\n    me {\n      id\n      ...Identity\n    }\n    session {\n      id\n      ...SessionTimes\n    }\n  }\n": types.WhoAmIDocument,
    "\n  fragment Identity on User {\n    id\n    isAnonymous\n    isRestricted\n    restrictedReason\n  }\n": types.IdentityFragmentDoc,
    "\n  fragment SessionTimes on Session {\n    issuedAt\n    expiresAt\n  }\n": types.SessionTimesFragmentDoc,
    "\n  subscription LiveUser {\n    meChanged {\n      id\n      ...LiveName\n    }\n  }\n": types.LiveUserDocument,
    "\n  fragment LiveName on User {\n    displayName\n  }\n": types.LiveNameFragmentDoc,
    "\n  query MyProfile {\n    me {\n      id\n      ...ProfileFields\n    }\n  }\n": types.MyProfileDocument,
    "\n  fragment ProfileFields on User {\n    displayName\n    email\n    emailVerified\n    signedUpAt\n    lastActiveAt\n    hasPassword\n    oauthProviders {\n      id\n    }\n  }\n": types.ProfileFieldsFragmentDoc,
    "\n  mutation AcceptByCode($input: AcceptTeamInvitationInput!) {\n    acceptTeamInvitation(input: $input) {\n      accepted\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": types.AcceptByCodeDocument,
    "\n  mutation VerifyEmail($input: VerifyContactChannelInput!) {\n    verifyContactChannel(input: $input) {\n      verified\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": types.VerifyEmailDocument,
    "\n  mutation AddNote($text: String!) {\n    addNote(text: $text) {\n      id\n    }\n  }\n": types.AddNoteDocument,
    "\n  fragment NoteRow on Note {\n    id\n    text\n    createdAt\n  }\n": types.NoteRowFragmentDoc,
    "\n  mutation DeleteNote($id: ID!) {\n    deleteNote(id: $id)\n  }\n": types.DeleteNoteDocument,
    "\n  query Notes($first: Int, $after: String) {\n    notes(first: $first, after: $after) {\n      edges {\n        cursor\n        node {\n          id\n          ...NoteRow\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": types.NotesDocument,
    "\n  mutation CreateTeam($input: CreateTeamInput!) {\n    createTeam(input: $input) {\n      team {\n        id\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": types.CreateTeamDocument,
    "\n  mutation LeaveTeam($input: LeaveTeamInput!) {\n    leaveTeam(input: $input) {\n      leftTeamId\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": types.LeaveTeamDocument,
    "\n  mutation DeleteTeam($input: DeleteTeamInput!) {\n    deleteTeam(input: $input) {\n      deletedTeamId\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": types.DeleteTeamDocument,
    "\n  query Members($id: ID!) {\n    team(id: $id) {\n      id\n      members {\n        userId\n        ...Member\n      }\n    }\n  }\n": types.MembersDocument,
    "\n  fragment Member on TeamMember {\n    userId\n    displayName\n  }\n": types.MemberFragmentDoc,
    "\n  mutation RemoveMember($input: RemoveTeamMemberInput!) {\n    removeTeamMember(input: $input) {\n      removedUserId\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": types.RemoveMemberDocument,
    "\n  query ReceivedInvitations {\n    me {\n      id\n      teamInvitations {\n        id\n        ...ReceivedInvitation\n      }\n    }\n  }\n": types.ReceivedInvitationsDocument,
    "\n  fragment ReceivedInvitation on TeamInvitation {\n    id\n    teamDisplayName\n    expiresAt\n  }\n": types.ReceivedInvitationFragmentDoc,
    "\n  mutation AcceptInvitation($input: AcceptTeamInvitationInput!) {\n    acceptTeamInvitation(input: $input) {\n      accepted\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": types.AcceptInvitationDocument,
    "\n  mutation UpdateTeam($input: UpdateTeamInput!) {\n    updateTeam(input: $input) {\n      team {\n        id\n        displayName\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": types.UpdateTeamDocument,
    "\n  query SentInvitations($id: ID!) {\n    team(id: $id) {\n      id\n      invitations {\n        id\n        ...SentInvitation\n      }\n    }\n  }\n": types.SentInvitationsDocument,
    "\n  fragment SentInvitation on TeamInvitation {\n    id\n    recipientEmail\n  }\n": types.SentInvitationFragmentDoc,
    "\n  mutation Invite($input: InviteToTeamInput!) {\n    inviteToTeam(input: $input) {\n      sent\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": types.InviteDocument,
    "\n  mutation RevokeInvitation($input: RevokeTeamInvitationInput!) {\n    revokeTeamInvitation(input: $input) {\n      revokedInvitationId\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n": types.RevokeInvitationDocument,
    "\n  query Teams {\n    me {\n      id\n      teams {\n        id\n        ...TeamInList\n      }\n    }\n  }\n": types.TeamsDocument,
    "\n  fragment TeamInList on Team {\n    id\n    displayName\n    permissions\n  }\n": types.TeamInListFragmentDoc,
    "\n  query Team($id: ID!) {\n    team(id: $id) {\n      id\n      displayName\n      permissions\n    }\n  }\n": types.TeamDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ApiKeyFields on ApiKey {\n    id\n    description\n    lastFour\n    createdAt\n    revokedAt\n  }\n"): (typeof documents)["\n  fragment ApiKeyFields on ApiKey {\n    id\n    description\n    lastFour\n    createdAt\n    revokedAt\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevokeApiKey($input: RevokeApiKeyInput!) {\n    revokeApiKey(input: $input) {\n      apiKey {\n        id\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation RevokeApiKey($input: RevokeApiKeyInput!) {\n    revokeApiKey(input: $input) {\n      apiKey {\n        id\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ApiKeys {\n    me {\n      id\n      apiKeys {\n        id\n        ...ApiKeyFields\n      }\n    }\n  }\n"): (typeof documents)["\n  query ApiKeys {\n    me {\n      id\n      apiKeys {\n        id\n        ...ApiKeyFields\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateApiKey($input: CreateApiKeyInput!) {\n    createApiKey(input: $input) {\n      secret\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation CreateApiKey($input: CreateApiKeyInput!) {\n    createApiKey(input: $input) {\n      secret\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment EmailFields on ContactChannel {\n    id\n    value\n    isPrimary\n    isVerified\n    usedForAuth\n  }\n"): (typeof documents)["\n  fragment EmailFields on ContactChannel {\n    id\n    value\n    isPrimary\n    isVerified\n    usedForAuth\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SendVerification($input: SendContactChannelVerificationInput!) {\n    sendContactChannelVerification(input: $input) {\n      sent\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation SendVerification($input: SendContactChannelVerificationInput!) {\n    sendContactChannelVerification(input: $input) {\n      sent\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateEmail($input: UpdateContactChannelInput!) {\n    updateContactChannel(input: $input) {\n      contactChannel {\n        id\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation UpdateEmail($input: UpdateContactChannelInput!) {\n    updateContactChannel(input: $input) {\n      contactChannel {\n        id\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RemoveEmail($input: RemoveContactChannelInput!) {\n    removeContactChannel(input: $input) {\n      removedContactChannelId\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation RemoveEmail($input: RemoveContactChannelInput!) {\n    removeContactChannel(input: $input) {\n      removedContactChannelId\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Emails {\n    me {\n      id\n      contactChannels {\n        id\n        ...EmailFields\n      }\n    }\n  }\n"): (typeof documents)["\n  query Emails {\n    me {\n      id\n      contactChannels {\n        id\n        ...EmailFields\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation AddEmail($input: AddContactChannelInput!) {\n    addContactChannel(input: $input) {\n      contactChannel {\n        id\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation AddEmail($input: AddContactChannelInput!) {\n    addContactChannel(input: $input) {\n      contactChannel {\n        id\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query MyName {\n    me {\n      id\n      displayName\n    }\n  }\n"): (typeof documents)["\n  query MyName {\n    me {\n      id\n      displayName\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Rename($input: UpdateMeInput!) {\n    updateMe(input: $input) {\n      me {\n        id\n        displayName\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation Rename($input: UpdateMeInput!) {\n    updateMe(input: $input) {\n      me {\n        id\n        displayName\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Notifications {\n    me {\n      id\n      notificationPreferences {\n        categoryId\n        ...PreferenceFields\n      }\n    }\n  }\n"): (typeof documents)["\n  query Notifications {\n    me {\n      id\n      notificationPreferences {\n        categoryId\n        ...PreferenceFields\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment PreferenceFields on NotificationPreference {\n    categoryId\n    categoryName\n    enabled\n    canDisable\n  }\n"): (typeof documents)["\n  fragment PreferenceFields on NotificationPreference {\n    categoryId\n    categoryName\n    enabled\n    canDisable\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SetPreference($input: SetNotificationPreferenceInput!) {\n    setNotificationPreference(input: $input) {\n      preference {\n        categoryId\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation SetPreference($input: SetNotificationPreferenceInput!) {\n    setNotificationPreference(input: $input) {\n      preference {\n        categoryId\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Sessions {\n    me {\n      id\n      sessions {\n        id\n        ...SessionFields\n      }\n    }\n  }\n"): (typeof documents)["\n  query Sessions {\n    me {\n      id\n      sessions {\n        id\n        ...SessionFields\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment SessionFields on ActiveSession {\n    id\n    agentName\n    createdAt\n    lastUsedAt\n    isCurrent\n  }\n"): (typeof documents)["\n  fragment SessionFields on ActiveSession {\n    id\n    agentName\n    createdAt\n    lastUsedAt\n    isCurrent\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevokeSession($input: RevokeSessionInput!) {\n    revokeSession(input: $input) {\n      revokedSessionId\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation RevokeSession($input: RevokeSessionInput!) {\n    revokeSession(input: $input) {\n      revokedSessionId\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query WhoAmI {\n    me {\n      id\n      ...Identity\n    }\n    session {\n      id\n      ...SessionTimes\n    }\n  }\n"): (typeof documents)["\n  query WhoAmI {\n    me {\n      id\n      ...Identity\n    }\n    session {\n      id\n      ...SessionTimes\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Identity on User {\n    id\n    isAnonymous\n    isRestricted\n    restrictedReason\n  }\n"): (typeof documents)["\n  fragment Identity on User {\n    id\n    isAnonymous\n    isRestricted\n    restrictedReason\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment SessionTimes on Session {\n    issuedAt\n    expiresAt\n  }\n"): (typeof documents)["\n  fragment SessionTimes on Session {\n    issuedAt\n    expiresAt\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription LiveUser {\n    meChanged {\n      id\n      ...LiveName\n    }\n  }\n"): (typeof documents)["\n  subscription LiveUser {\n    meChanged {\n      id\n      ...LiveName\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment LiveName on User {\n    displayName\n  }\n"): (typeof documents)["\n  fragment LiveName on User {\n    displayName\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query MyProfile {\n    me {\n      id\n      ...ProfileFields\n    }\n  }\n"): (typeof documents)["\n  query MyProfile {\n    me {\n      id\n      ...ProfileFields\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ProfileFields on User {\n    displayName\n    email\n    emailVerified\n    signedUpAt\n    lastActiveAt\n    hasPassword\n    oauthProviders {\n      id\n    }\n  }\n"): (typeof documents)["\n  fragment ProfileFields on User {\n    displayName\n    email\n    emailVerified\n    signedUpAt\n    lastActiveAt\n    hasPassword\n    oauthProviders {\n      id\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation AcceptByCode($input: AcceptTeamInvitationInput!) {\n    acceptTeamInvitation(input: $input) {\n      accepted\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation AcceptByCode($input: AcceptTeamInvitationInput!) {\n    acceptTeamInvitation(input: $input) {\n      accepted\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation VerifyEmail($input: VerifyContactChannelInput!) {\n    verifyContactChannel(input: $input) {\n      verified\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation VerifyEmail($input: VerifyContactChannelInput!) {\n    verifyContactChannel(input: $input) {\n      verified\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation AddNote($text: String!) {\n    addNote(text: $text) {\n      id\n    }\n  }\n"): (typeof documents)["\n  mutation AddNote($text: String!) {\n    addNote(text: $text) {\n      id\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment NoteRow on Note {\n    id\n    text\n    createdAt\n  }\n"): (typeof documents)["\n  fragment NoteRow on Note {\n    id\n    text\n    createdAt\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteNote($id: ID!) {\n    deleteNote(id: $id)\n  }\n"): (typeof documents)["\n  mutation DeleteNote($id: ID!) {\n    deleteNote(id: $id)\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Notes($first: Int, $after: String) {\n    notes(first: $first, after: $after) {\n      edges {\n        cursor\n        node {\n          id\n          ...NoteRow\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"): (typeof documents)["\n  query Notes($first: Int, $after: String) {\n    notes(first: $first, after: $after) {\n      edges {\n        cursor\n        node {\n          id\n          ...NoteRow\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateTeam($input: CreateTeamInput!) {\n    createTeam(input: $input) {\n      team {\n        id\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation CreateTeam($input: CreateTeamInput!) {\n    createTeam(input: $input) {\n      team {\n        id\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LeaveTeam($input: LeaveTeamInput!) {\n    leaveTeam(input: $input) {\n      leftTeamId\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation LeaveTeam($input: LeaveTeamInput!) {\n    leaveTeam(input: $input) {\n      leftTeamId\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteTeam($input: DeleteTeamInput!) {\n    deleteTeam(input: $input) {\n      deletedTeamId\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation DeleteTeam($input: DeleteTeamInput!) {\n    deleteTeam(input: $input) {\n      deletedTeamId\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Members($id: ID!) {\n    team(id: $id) {\n      id\n      members {\n        userId\n        ...Member\n      }\n    }\n  }\n"): (typeof documents)["\n  query Members($id: ID!) {\n    team(id: $id) {\n      id\n      members {\n        userId\n        ...Member\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Member on TeamMember {\n    userId\n    displayName\n  }\n"): (typeof documents)["\n  fragment Member on TeamMember {\n    userId\n    displayName\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RemoveMember($input: RemoveTeamMemberInput!) {\n    removeTeamMember(input: $input) {\n      removedUserId\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation RemoveMember($input: RemoveTeamMemberInput!) {\n    removeTeamMember(input: $input) {\n      removedUserId\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ReceivedInvitations {\n    me {\n      id\n      teamInvitations {\n        id\n        ...ReceivedInvitation\n      }\n    }\n  }\n"): (typeof documents)["\n  query ReceivedInvitations {\n    me {\n      id\n      teamInvitations {\n        id\n        ...ReceivedInvitation\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ReceivedInvitation on TeamInvitation {\n    id\n    teamDisplayName\n    expiresAt\n  }\n"): (typeof documents)["\n  fragment ReceivedInvitation on TeamInvitation {\n    id\n    teamDisplayName\n    expiresAt\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation AcceptInvitation($input: AcceptTeamInvitationInput!) {\n    acceptTeamInvitation(input: $input) {\n      accepted\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation AcceptInvitation($input: AcceptTeamInvitationInput!) {\n    acceptTeamInvitation(input: $input) {\n      accepted\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateTeam($input: UpdateTeamInput!) {\n    updateTeam(input: $input) {\n      team {\n        id\n        displayName\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation UpdateTeam($input: UpdateTeamInput!) {\n    updateTeam(input: $input) {\n      team {\n        id\n        displayName\n      }\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query SentInvitations($id: ID!) {\n    team(id: $id) {\n      id\n      invitations {\n        id\n        ...SentInvitation\n      }\n    }\n  }\n"): (typeof documents)["\n  query SentInvitations($id: ID!) {\n    team(id: $id) {\n      id\n      invitations {\n        id\n        ...SentInvitation\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment SentInvitation on TeamInvitation {\n    id\n    recipientEmail\n  }\n"): (typeof documents)["\n  fragment SentInvitation on TeamInvitation {\n    id\n    recipientEmail\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Invite($input: InviteToTeamInput!) {\n    inviteToTeam(input: $input) {\n      sent\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation Invite($input: InviteToTeamInput!) {\n    inviteToTeam(input: $input) {\n      sent\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevokeInvitation($input: RevokeTeamInvitationInput!) {\n    revokeTeamInvitation(input: $input) {\n      revokedInvitationId\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation RevokeInvitation($input: RevokeTeamInvitationInput!) {\n    revokeTeamInvitation(input: $input) {\n      revokedInvitationId\n      errors {\n        code\n        message\n        field\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Teams {\n    me {\n      id\n      teams {\n        id\n        ...TeamInList\n      }\n    }\n  }\n"): (typeof documents)["\n  query Teams {\n    me {\n      id\n      teams {\n        id\n        ...TeamInList\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment TeamInList on Team {\n    id\n    displayName\n    permissions\n  }\n"): (typeof documents)["\n  fragment TeamInList on Team {\n    id\n    displayName\n    permissions\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Team($id: ID!) {\n    team(id: $id) {\n      id\n      displayName\n      permissions\n    }\n  }\n"): (typeof documents)["\n  query Team($id: ID!) {\n    team(id: $id) {\n      id\n      displayName\n      permissions\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;