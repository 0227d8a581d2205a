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
    "\n  query WhoAmI {\n    me {\n      id\n      ...Identity\n    }\n    session {\n      ...SessionTimes\n    }\n  }\n": typeof types.WhoAmIDocument,
    "\n  query MyProfile {\n    me {\n      id\n      ...ProfileFields\n    }\n  }\n": typeof types.MyProfileDocument,
    "\n  subscription LiveUser {\n    meChanged {\n      id\n      ...LiveName\n    }\n  }\n": typeof types.LiveUserDocument,
    "\n  query Greeting($language: String!) {\n    greetingIn(language: $language)\n  }\n": typeof types.GreetingDocument,
    "\n  fragment Identity on User {\n    id\n    isAnonymous\n    isRestricted\n  }\n": typeof types.IdentityFragmentDoc,
    "\n  fragment SessionTimes on Session {\n    issuedAt\n    expiresAt\n  }\n": typeof types.SessionTimesFragmentDoc,
    "\n  fragment LiveName on User {\n    displayName\n  }\n": typeof types.LiveNameFragmentDoc,
    "\n  fragment ProfileFields on User {\n    displayName\n    email\n    emailVerified\n    signedUpAt\n    lastActiveAt\n    hasPassword\n    oauthProviders {\n      id\n    }\n  }\n": typeof types.ProfileFieldsFragmentDoc,
};
const documents: Documents = {
    "\n  query WhoAmI {\n    me {\n      id\n      ...Identity\n    }\n    session {\n      ...SessionTimes\n    }\n  }\n": types.WhoAmIDocument,
    "\n  query MyProfile {\n    me {\n      id\n      ...ProfileFields\n    }\n  }\n": types.MyProfileDocument,
    "\n  subscription LiveUser {\n    meChanged {\n      id\n      ...LiveName\n    }\n  }\n": types.LiveUserDocument,
    "\n  query Greeting($language: String!) {\n    greetingIn(language: $language)\n  }\n": types.GreetingDocument,
    "\n  fragment Identity on User {\n    id\n    isAnonymous\n    isRestricted\n  }\n": types.IdentityFragmentDoc,
    "\n  fragment SessionTimes on Session {\n    issuedAt\n    expiresAt\n  }\n": types.SessionTimesFragmentDoc,
    "\n  fragment LiveName on User {\n    displayName\n  }\n": types.LiveNameFragmentDoc,
    "\n  fragment ProfileFields on User {\n    displayName\n    email\n    emailVerified\n    signedUpAt\n    lastActiveAt\n    hasPassword\n    oauthProviders {\n      id\n    }\n  }\n": types.ProfileFieldsFragmentDoc,
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
export function graphql(source: "\n  query WhoAmI {\n    me {\n      id\n      ...Identity\n    }\n    session {\n      ...SessionTimes\n    }\n  }\n"): (typeof documents)["\n  query WhoAmI {\n    me {\n      id\n      ...Identity\n    }\n    session {\n      ...SessionTimes\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query MyProfile {\n    me {\n      id\n      ...ProfileFields\n    }\n  }\n"): (typeof documents)["\n  query MyProfile {\n    me {\n      id\n      ...ProfileFields\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription LiveUser {\n    meChanged {\n      id\n      ...LiveName\n    }\n  }\n"): (typeof documents)["\n  subscription LiveUser {\n    meChanged {\n      id\n      ...LiveName\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Greeting($language: String!) {\n    greetingIn(language: $language)\n  }\n"): (typeof documents)["\n  query Greeting($language: String!) {\n    greetingIn(language: $language)\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Identity on User {\n    id\n    isAnonymous\n    isRestricted\n  }\n"): (typeof documents)["\n  fragment Identity on User {\n    id\n    isAnonymous\n    isRestricted\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment SessionTimes on Session {\n    issuedAt\n    expiresAt\n  }\n"): (typeof documents)["\n  fragment SessionTimes on Session {\n    issuedAt\n    expiresAt\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment LiveName on User {\n    displayName\n  }\n"): (typeof documents)["\n  fragment LiveName on User {\n    displayName\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ProfileFields on User {\n    displayName\n    email\n    emailVerified\n    signedUpAt\n    lastActiveAt\n    hasPassword\n    oauthProviders {\n      id\n    }\n  }\n"): (typeof documents)["\n  fragment ProfileFields on User {\n    displayName\n    email\n    emailVerified\n    signedUpAt\n    lastActiveAt\n    hasPassword\n    oauthProviders {\n      id\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;