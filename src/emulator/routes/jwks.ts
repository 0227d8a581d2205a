// The key set.
import { Hono } from 'hono';
import { schemaError } from '../known-errors.ts';
import { findProject, type Provider } from '../provider.ts';
import type { EmulatorContext, EmulatorEnv } from '../request.ts';
import type { UserKind } from '../user.ts';

const PARAMETERS: readonly string[] = ['include_restricted', 'include_anonymous'];

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
  const refuse = (problem: string) => schemaError(c.req.method, c.req.path, problem);
  for (const [name, value] of Object.entries(c.req.query())) {
    if (!PARAMETERS.includes(name)) throw refuse(`query contains unknown properties: ${name}`);
    if (value !== 'true' && value !== 'false') throw refuse(`query.${name} must be true or false`);
  }
  if (c.req.query('include_anonymous') === 'true') return ['ordinary', 'restricted', 'anonymous'];
  return c.req.query('include_restricted') === 'true' ? ['ordinary', 'restricted'] : ['ordinary'];
}
