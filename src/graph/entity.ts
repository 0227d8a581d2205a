// Entities: types that other subgraphs refer to by `id`. A type says so in its `extensions`, which count only in a subgraph.
import type { MaybePromise } from '@pothos/core';
import type { GraphQLNamedType } from 'graphql';
import type { AppTypes } from '../request/app-types.ts';
import type { RequestContext, SignedInContext } from '../request/context.ts';

/** An object of the type, or null where there is none with this id. Throw `AppError` to refuse. */
type Found<Shape extends object> = MaybePromise<Shape | null | undefined>;

/** What a type's extensions say of an entity. */
export interface Entity {
  /** Whether it is resolved for callers without a token as well. */
  readonly isPublic: boolean;
  resolve(id: string, context: RequestContext): Found<object>;
}

/** The `extensions` of an entity's type. */
export type EntityExtensions = { readonly entity: Entity };

/**
 * The `extensions` of a type with a field `id`, which makes it an entity where the server is a subgraph (`FEDERATION`). Without
 * a token its representations are refused with `UNAUTHENTICATED` / `MISSING_TOKEN`. The id comes from the client: `resolve`
 * decides whether the caller may see what it names, as the root fields do that return the type.
 *
 * @example
 * builder.objectType(Note, {
 *   extensions: entity((id, { sources, user }) => sources.notes.find(id, user.id)),
 *   fields: (t) => ({ id: t.exposeID('id'), text: t.exposeString('text') }),
 * });
 */
export function entity<Shape extends object, T extends AppTypes = AppTypes>(
  resolve: (id: string, context: SignedInContext<T>) => Found<Shape>,
): EntityExtensions {
  // The context is the app's, with a user: graph/federation/entities-field.ts asks for one first.
  return { entity: { isPublic: false, resolve: resolve as Entity['resolve'] } };
}

/**
 * The same for a type that callers without a token may read.
 *
 * @example
 * builder.objectType(Product, {
 *   extensions: publicEntity((id, { sources }) => sources.products.find(id)),
 *   fields: (t) => ({ id: t.exposeID('id'), name: t.exposeString('name') }),
 * });
 */
export function publicEntity<Shape extends object, T extends AppTypes = AppTypes>(
  resolve: (id: string, context: RequestContext<T>) => Found<Shape>,
): EntityExtensions {
  return { entity: { isPublic: true, resolve: resolve as Entity['resolve'] } };
}

/** The entity that a type is, if it is one. */
export function entityOf({ extensions }: Pick<GraphQLNamedType, 'extensions'>): Entity | undefined {
  return (extensions as Partial<EntityExtensions> | undefined)?.entity;
}
