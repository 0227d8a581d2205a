// A representation: how another subgraph names an entity of this one.
import { AppError } from '../../core/errors.ts';
import type { Entity } from '../entity.ts';

/** What is read from a representation, and nothing else of it. */
export interface Representation {
  readonly typeName: string;
  readonly entity: Entity;
  readonly id: string;
}

/** Reads a representation, which came from the client as any JSON. Returns `AppError` `BAD_REQUEST` where it names no entity. */
export function readRepresentation(
  value: unknown,
  entities: ReadonlyMap<unknown, Entity>,
): Representation | AppError {
  if (typeof value !== 'object' || value === null) return malformed();
  const typeName = ownProperty(value, '__typename');
  const id = ownProperty(value, 'id');
  const entity = entities.get(typeName);
  if (!entity || typeof typeName !== 'string' || typeof id !== 'string') return malformed();
  return { typeName, entity, id };
}

function ownProperty(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** The same for every mistake, so that the names of types cannot be found out. */
function malformed(): AppError {
  const message =
    'A representation must be an object with the `__typename` of an entity of this subgraph and a string `id`';
  return new AppError(message, { code: 'BAD_REQUEST' });
}
