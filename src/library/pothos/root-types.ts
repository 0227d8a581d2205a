// The root types that our fields stand on, where the team defines none of its own.
import type { Builder } from '../../graph/builder.ts';

interface RootType {
  /** The name in Pothos, whatever the name in the schema. */
  readonly name: 'Mutation' | 'Query';
  define(builder: Builder): void;
}

const QUERY: RootType = { name: 'Query', define: (builder) => builder.queryType() };
const MUTATION: RootType = { name: 'Mutation', define: (builder) => builder.mutationType() };

/** Sees to it that the schema has them. The team may define its own before or after: this is decided when the schema is built. */
export function ensureRootTypes(
  builder: Builder,
  { mutations = true }: { readonly mutations?: boolean | undefined } = {},
): void {
  const { configStore } = builder;
  configStore.onPrepare(() => {
    for (const { name, define } of mutations ? [QUERY, MUTATION] : [QUERY])
      if (!configStore.hasConfig(refOf(builder, name))) define(builder);
  });
}

/** Later versions of Pothos know a root type by a ref, which may have another name; 4.5 knows it by its name. */
function refOf(builder: Builder, name: RootType['name']): 'Mutation' | 'Query' {
  return Reflect.get(builder, `${name.toLowerCase()}Ref`) ?? name;
}
