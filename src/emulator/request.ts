// Reading of headers and bodies.
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { KnownError } from './known-errors.ts';

/** The environment of every route: Node's request and response, which faults need. */
export interface EmulatorEnv {
  readonly Bindings: HttpBindings;
}

/** A request to a route of the emulator. */
export type EmulatorContext = Context<EmulatorEnv>;

/** A header in either spelling; `x-hexclave-` has precedence (contract 7). An empty header counts as absent. */
export function readHeader(c: EmulatorContext, name: string): string | undefined {
  return c.req.header(`x-hexclave-${name}`) || c.req.header(`x-stack-${name}`) || undefined;
}

/**
 * The parsed body, undefined when it is empty. Throws `BODY_PARSING_ERROR` (M 72), which the provider checks before
 * anything else.
 */
export async function readBody(c: EmulatorContext): Promise<unknown> {
  const text = await c.req.text();
  if (text === '') return undefined;
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/x-www-form-urlencoded') return Object.fromEntries(new URLSearchParams(text));
  if (type !== 'application/json') {
    throw new KnownError('BODY_PARSING_ERROR', `Unknown content type in request body: ${type}`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new KnownError('BODY_PARSING_ERROR', 'Invalid JSON in request body');
  }
}
