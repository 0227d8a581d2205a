// A Pothos plugin: gives every entity its `@key(fields: "id")`, which the directives plugin then adds to the schema.
import SchemaBuilder, { BasePlugin, type PothosTypeConfig, type SchemaTypes } from '@pothos/core';
import { entityOf } from '../entity.ts';

/** The name of the plugin, for builders. */
export const ENTITY_KEYS = 'entityKeys';

const KEY = { name: 'key', args: { fields: 'id' } } as const;

class EntityKeys<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onTypeConfig(type: PothosTypeConfig): PothosTypeConfig {
    const extensions: Readonly<Record<string, unknown>> = type.extensions ?? {};
    if (!entityOf({ extensions })) return type;
    const { directives } = extensions;
    return {
      ...type,
      extensions: { ...extensions, directives: [...(Array.isArray(directives) ? directives : []), KEY] },
    };
  }
}

SchemaBuilder.registerPlugin(ENTITY_KEYS, EntityKeys);

declare global {
  namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      [ENTITY_KEYS]: EntityKeys<Types>;
    }
  }
}
