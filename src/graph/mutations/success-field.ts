// The field of a payload that says whether the mutation succeeded.
import type { FieldRef } from '@pothos/core';
import type { GraphTypes } from '../builder.ts';
import type { Payload } from './mutation.ts';

/** A boolean: true where the mutation has a value, which may be any. */
export function successField<Value>(
  t: PothosSchemaTypes.ObjectFieldBuilder<GraphTypes, Payload<Value>>,
  description: string,
): FieldRef<GraphTypes, boolean, 'Object'> {
  return t.boolean({ description, resolve: ({ value }) => value !== undefined });
}
