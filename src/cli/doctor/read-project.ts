// What the provider says about the project: `GET /projects/current` (contract, section 4).
import { z } from 'zod';

const settings = z.record(z.string(), z.unknown());

const schema = z.object({
  id: z.string(),
  display_name: z.string(),
  config: settings.catch({}),
});

/** A project. `config` has its settings by the provider's names; which of them it has depends on the provider's version. */
export interface Project {
  readonly id: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Reads a body; `undefined` where it is no project. */
export function readProject(body: string): Project | undefined {
  try {
    const { id, display_name: name, config } = schema.parse(JSON.parse(body));
    return { id, name, config };
  } catch {
    return undefined;
  }
}
