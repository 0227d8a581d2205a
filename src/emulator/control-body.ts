// Bodies of requests to `/control`, and refusals of them.
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import type { EmulatorContext } from './request.ts';

/** Parses the body; an empty one counts as `{}`. Throws a 400 that explains the mistake. */
export async function readJson<T>(c: EmulatorContext, schema: z.ZodType<T>): Promise<T> {
  const text = await c.req.text();
  const result = schema.safeParse(parseJson(text === '' ? '{}' : text));
  if (result.success) return result.data;
  throw controlRefusal(400, z.prettifyError(result.error));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw controlRefusal(400, 'The body is not JSON');
  }
}

/** A refusal as JSON. */
export function controlRefusal(status: 400 | 404 | 409, error: string): HTTPException {
  return new HTTPException(status, { res: Response.json({ error }, { status }) });
}
