// GraphiQL, served whole from here: nothing is loaded from elsewhere.
import type { YogaServerOptions } from 'graphql-yoga';
import type { RequestState } from './request-state.ts';

/** Headers that GraphiQL starts with, made anew for each load of the page, so that a token in them is good. */
export type GraphiqlHeaders = () => Promise<Readonly<Record<string, string>>>;

const FIRST_QUERY = `# Who you are comes from the access token:
# no call to the identity provider.
{
  me {
    id
    isAnonymous
    isRestricted
  }
  session {
    id
    expiresAt
  }
}

# These fields need the profile:
# one call, however many you ask for.
#
# {
#   me {
#     displayName
#     email
#     emailVerified
#     profileImageUrl
#     signedUpAt
#     oauthProviders { id }
#   }
# }
`;

type Options = Pick<YogaServerOptions<RequestState, object>, 'graphiql' | 'renderGraphiQL'>;

/** Yoga's options for GraphiQL. The page's nine megabytes are loaded when it is first asked for. */
export function graphiqlOptions(headers: GraphiqlHeaders | undefined): Options {
  return {
    graphiql: async () => ({
      title: 'GraphiQL',
      // GraphiQL opens a tab for headers that it has not seen; without the query it would be an empty one.
      query: FIRST_QUERY,
      defaultQuery: FIRST_QUERY,
      headers: JSON.stringify((await headers?.()) ?? { 'X-Stack-Access-Token': '' }, null, 2),
    }),
    renderGraphiQL: async (options) =>
      (await import('@graphql-yoga/render-graphiql')).renderGraphiQL(options),
  };
}
