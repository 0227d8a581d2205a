// The key set.
import { Hono } from 'hono';
import { z } from 'zod';
import { findProject, type Provider } from '../provider.ts';
import type { EmulatorContext, EmulatorEnv } from '../request.ts';
import type { UserKind } from '../user.ts';
import { parsePart } from '../validation.ts';

const flag = z.enum(['true', 'false']).exactOptional();
const parameters = z.strictObject({ include_restricted: flag, include_anonymous: flag });

/** The key set of a project (contract 1.3): 2, 4 or 6 keys, without authentication, cacheable for an hour. */
export function jwksRoutes(provider: Provider): Hono<EmulatorEnv> {
  return new Hono<EmulatorEnv>().get('/projects/:projectId/.well-known/jwks.json', (c) => {
    const kinds = readKinds(c);
    const project = findProject(provider, c.req.param('projectId'));
    if (!project) return c.text('Project not found', 404);
    const keys = kinds.flatMap((kind) => project.keys.published(kind)).map((key) => key.published);
    return c.json({ keys }, 200, { 'cache-control': 'public, max-age=3600' });
  });
}

function readKinds(c: EmulatorContext): readonly UserKind[] {
  const query = parsePart(c, 'query', { schema: parameters, value: c.req.query() });
  if (query.include_anonymous === 'true') return ['ordinary', 'restricted', 'anonymous'];
  return query.include_restricted === 'true' ? ['ordinary', 'restricted'] : ['ordinary'];
}
