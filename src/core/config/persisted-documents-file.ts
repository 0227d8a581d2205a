// The manifest of persisted documents: the JSON file to which codegen's client preset writes documents by their ids.
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Texts of documents by their ids. */
export type Manifest = ReadonlyMap<string, string>;

const REMEDY = 'give the path of the persisted-documents.json that codegen writes';

/** The path of a manifest. Parsing the path reads the file. */
export const manifest = z
  .string()
  .transform((path, context): Manifest => {
    try {
      return parseManifest(readFileSync(path, 'utf8'));
    } catch (error) {
      const message = `names a file that ${problemOf(error)}: ${REMEDY}`;
      context.issues.push({ code: 'custom', message, input: path });
      return z.NEVER;
    }
  })
  .describe('the path of a JSON file');

function parseManifest(text: string): Manifest {
  return new Map(Object.entries(z.record(z.string().min(1), z.string()).parse(JSON.parse(text))));
}

function problemOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'is not JSON';
  if (error instanceof z.ZodError) return 'is not a map of ids to documents';
  return `cannot be read (${error instanceof Error && 'code' in error ? error.code : String(error)})`;
}
