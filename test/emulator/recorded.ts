// The recorded exchanges with the genuine backend.
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const exchange = z.object({
  n: z.number(),
  name: z.string(),
  request: z.object({
    method: z.string(),
    path: z.string(),
    headers: z.record(z.string(), z.string()).default({}),
    body: z.unknown().optional(),
  }),
  response: z.object({
    status: z.number(),
    headers: z.record(z.string(), z.string()),
    body: z.unknown().optional(),
  }),
});

/** One recorded exchange with the genuine backend; `n` is its number in the contract. */
export type Exchange = Readonly<z.infer<typeof exchange>>;

/** The project and the keys that appear in the recordings. */
export const RECORDED = {
  projectId: 'c08ec152-3d9d-4560-bdd6-ee35577c15a4',
  publishableClientKey: 'pck_recorded',
  secretServerKey: 'ssk_recorded',
  superSecretAdminKey: 'sak_recorded',
  url: 'http://localhost:8102',
} as const;

/** All exchanges of a recording, in their order: of tokens and users, or of the identity endpoints. */
export function readRecorded(recording: 'recorded' | 'recorded-identity' = 'recorded'): readonly Exchange[] {
  const file = new URL(`../contract/${recording}.jsonl`, import.meta.url);
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => exchange.parse(JSON.parse(line)));
}
