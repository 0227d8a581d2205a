// Scalars beside GraphQL's own.
import { DateTimeResolver, JSONObjectResolver } from 'graphql-scalars';
import type { Builder } from '../graph/builder.ts';

/** Adds `DateTime` and `JSONObject`. */
export function addScalars(builder: Builder): void {
  builder.addScalarType('DateTime', DateTimeResolver);
  builder.addScalarType('JSONObject', JSONObjectResolver);
}
