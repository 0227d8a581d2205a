// The type parameter of everything that a team's app adds: its sources, loaders and scopes, by name.

/**
 * The parts of an app that appear in the types of contexts and fields. The type of a scope is that of its value.
 *
 * @example
 * interface Types extends AppTypes {
 *   readonly Sources: { readonly notes: NoteStore };
 *   readonly Scopes: { readonly noteOwner: string };
 * }
 */
export interface AppTypes {
  readonly Sources?: object;
  readonly Loaders?: object;
  readonly Scopes?: object;
}

/** One part of an app's types; empty where the app has none. */
export type Part<T extends AppTypes, K extends keyof AppTypes> = T[K] extends object
  ? T[K]
  : Record<never, never>;
