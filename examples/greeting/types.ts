// What your app adds, by name. The compiler checks app.ts against it, and types `sources`, `loaders` and scopes by it.

export interface AppTypes {
  readonly Sources: object;
  readonly Loaders: object;
  readonly Scopes: object;
}
