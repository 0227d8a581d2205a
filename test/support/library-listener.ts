import type { RequestListener } from 'node:http';
import { GraphQLError } from 'graphql';
import { createSchema, createYoga } from 'graphql-yoga';
import { openAuth } from '../../src/library/auth/open-auth.ts';
import type { AuthContext, Profile } from '../../src/library/auth/types.ts';
import { useStackAuth } from '../../src/library/yoga.ts';
import type { Services } from '../../src/process/services.ts';
import { healthAnswer } from '../../src/server/health.ts';

/** Fields of a team's own, by the names of ours, so that the same suites ask both. */
const typeDefs = /* GraphQL */ `
  type Query {
    me: User
    session: Session
    forMembers: Boolean
  }
  type User {
    id: ID!
    isAnonymous: Boolean!
    isRestricted: Boolean!
    displayName: String
    email: String
    emailVerified: Boolean
    hasPassword: Boolean
    profileImageUrl: String
  }
  type Session {
    id: ID!
  }
`;

/**
 * A team's own Yoga server with the library in it: an `Auth` as `createAuth` opens it, over the services of a test. `/ready`
 * answers as the server's does, and requests in flight are counted.
 */
export function createLibraryListener(services: Services): RequestListener {
  const auth = openAuth(services, services.logger);
  const yoga = createYoga({
    schema: createSchema<AuthContext>({ typeDefs, resolvers }),
    plugins: [useStackAuth(auth, { required: false, address: () => '127.0.0.1' })],
    logging: false,
    graphiql: false,
  });
  return (request, response) => {
    if (request.url !== '/ready') {
      services.traffic.inFlight += 1;
      response.once('close', () => {
        services.traffic.inFlight -= 1;
      });
      return void yoga(request, response);
    }
    const { body, status } = healthAnswer('/ready', services.health);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
}

const fromProfile = (name: keyof Profile) => async (_user: unknown, _args: unknown, context: AuthContext) =>
  (await context.profile())[name];

const resolvers = {
  Query: {
    // Without a token its profile is refused, and so is the field.
    me: (_root: unknown, _args: unknown, { user, profile }: AuthContext) => user ?? profile(),
    session: (_root: unknown, _args: unknown, { user }: AuthContext) =>
      user?.sessionId === undefined ? null : { id: user.sessionId },
    forMembers: (_root: unknown, _args: unknown, { user }: AuthContext) => {
      if (!user?.isAnonymous) return true;
      throw new GraphQLError('This is for members', {
        extensions: { code: 'FORBIDDEN', reason: 'ANONYMOUS_USER' },
      });
    },
  },
  User: Object.fromEntries(
    (['displayName', 'email', 'emailVerified', 'hasPassword', 'profileImageUrl'] as const).map((name) => [
      name,
      fromProfile(name),
    ]),
  ),
};
