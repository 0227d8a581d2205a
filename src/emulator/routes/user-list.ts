// The list of users.
import { Hono } from 'hono';
import { z } from 'zod';
import { plainRefusal, uuid } from '../access.ts';
import { SERVER_OR_ADMIN } from '../access-type.ts';
import { checkRequest } from '../checks.ts';
import { readAsServer } from '../profile.ts';
import type { Project } from '../project.ts';
import type { Provider } from '../provider.ts';
import type { EmulatorEnv } from '../request.ts';
import type { EmulatedUser } from '../user.ts';
import { parsePart } from '../validation.ts';

const flag = z.enum(['true', 'false']).exactOptional();
const listQuery = z.strictObject({
  team_id: uuid.exactOptional(),
  limit: z.coerce.number().int().min(1).exactOptional(),
  cursor: uuid.exactOptional(),
  order_by: z.literal('signed_up_at').exactOptional(),
  desc: flag,
  query: z.string().exactOptional(),
  include_restricted: flag,
  include_anonymous: flag,
  only_anonymous: flag,
});

type ListQuery = z.infer<typeof listQuery>;

/** For servers: users by sign-up, in pages, without restricted and anonymous ones unless asked for (contract 4.2). */
export function userListRoutes(provider: Provider): Hono<EmulatorEnv> {
  return new Hono<EmulatorEnv>().get('/users', async (c) => {
    const { project } = await checkRequest(c, provider, SERVER_OR_ADMIN);
    const query = parsePart(c, 'query', { schema: listQuery, value: c.req.query() });
    if (query.only_anonymous === 'true' && query.include_anonymous !== 'true')
      throw plainRefusal(400, 'only_anonymous=true requires include_anonymous=true');
    const users = project.users
      .all()
      .filter((user) => isListed(user, query) && isFound(project, user, query))
      .sort((one, other) => one.signedUpAt - other.signedUpAt);
    if (query.desc === 'true') users.reverse();
    const start = query.cursor === undefined ? 0 : users.findIndex(({ id }) => id === query.cursor);
    const end = start + (query.limit ?? users.length);
    const page = start < 0 ? [] : users.slice(start, end);
    const next = start < 0 ? undefined : users[end];
    return c.json({
      items: page.map(readAsServer),
      is_paginated: true,
      pagination: { next_cursor: next?.id ?? null },
    });
  });
}

function isListed({ kind }: EmulatedUser, query: ListQuery): boolean {
  if (query.only_anonymous === 'true') return kind === 'anonymous';
  if (kind === 'anonymous') return query.include_anonymous === 'true';
  return kind === 'ordinary' || query.include_restricted === 'true' || query.include_anonymous === 'true';
}

function isFound(project: Project, user: EmulatedUser, { team_id: teamId, query }: ListQuery): boolean {
  if (teamId !== undefined && !project.memberships.find({ teamId, userId: user.id })) return false;
  if (query === undefined) return true;
  const addresses = project.contactChannels.of(user.id).map(({ value }) => value);
  const isPart = (text: string | null) => text?.toLowerCase().includes(query.toLowerCase()) ?? false;
  return user.id === query || isPart(user.displayName) || addresses.some(isPart);
}
