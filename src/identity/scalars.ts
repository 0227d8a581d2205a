// Scalars beside GraphQL's own.
import { DateTimeResolver } from 'graphql-scalars';
import type { Builder } from '../graph/builder.ts';

/** Adds `DateTime`. */
export function addScalars(builder: Builder): void {
  builder.addScalarType('DateTime', DateTimeResolver);
}
