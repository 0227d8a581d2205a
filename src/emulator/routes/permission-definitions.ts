// Definitions of permissions.
import { Hono } from 'hono';
import { z } from 'zod';
import { checkRequest } from '../checks.ts';
import type { PermissionDefinition } from '../permissions.ts';
import type { Provider } from '../provider.ts';
import type { EmulatorEnv } from '../request.ts';
import { parsePart } from '../validation.ts';

const creation = z.strictObject({
  id: z.string().regex(/^[a-z0-9_:]+$/, 'Only lowercase letters, numbers, ":", "_" are allowed'),
  description: z.string().exactOptional(),
  contained_permission_ids: z.array(z.string()).exactOptional(),
});

/** Permission definitions: listed and created by access type `admin` alone (identity contract 2.4). */
export function permissionDefinitionRoutes(provider: Provider): Hono<EmulatorEnv> {
  const routes = new Hono<EmulatorEnv>();
  for (const scope of ['team', 'project'] as const) {
    routes.get(`/${scope}-permission-definitions`, async (c) => {
      const { project } = await checkRequest(c, provider, ['admin']);
      return c.json({
        items: project.permissions.definitions(scope).map(readDefinition),
        is_paginated: false,
      });
    });
    routes.post(`/${scope}-permission-definitions`, async (c) => {
      const { project, body } = await checkRequest(c, provider, ['admin']);
      const { contained_permission_ids, ...given } = parsePart(c, 'body', { schema: creation, value: body });
      const definition = { ...given, scope, contains: contained_permission_ids ?? [] };
      project.permissions.define(definition);
      return c.json(readDefinition(definition), 201);
    });
  }
  return routes;
}

function readDefinition({ id, description, contains }: PermissionDefinition) {
  return {
    id,
    ...(description !== undefined && { description }),
    contained_permission_ids: contains ?? [],
  };
}
