// JSON objects that a project stores with its users and teams.
import { z } from 'zod';

/** A JSON object, or null where none was set. */
export const metadataSchema = z.record(z.string(), z.json()).nullable();

/** A value of {@link metadataSchema}. */
export type Metadata = z.infer<typeof metadataSchema>;
