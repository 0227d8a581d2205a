// Validation of the parts of a request, with the provider's words for what is wrong.
import type { z } from 'zod';
import { KnownError } from './known-errors.ts';
import type { EmulatorContext } from './request.ts';

/** What a problem is about; its name begins the provider's message. */
type RequestPart = 'body' | 'query' | 'params' | 'headers';

/** Parses a part of the request by the endpoint's schema. Throws `SCHEMA_ERROR` with the first problem (M 504-567). */
export function parsePart<T>(
  c: EmulatorContext,
  part: RequestPart,
  { schema, value }: { readonly schema: z.ZodType<T>; readonly value: unknown },
): T {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw schemaError(c, issue ? describe(part, issue) : `${part} is invalid`);
}

function schemaError(c: EmulatorContext, problem: string): KnownError {
  const message = `Request validation failed on ${c.req.method} ${c.req.path}:\n  - ${problem}`;
  return new KnownError('SCHEMA_ERROR', message, { message });
}

function describe(part: RequestPart, issue: z.core.$ZodIssue): string {
  const name = [part, ...issue.path].join('.');
  if (issue.code === 'unrecognized_keys')
    return `${name} contains unknown properties: ${issue.keys.join(', ')}`;
  if (issue.input === undefined) return `${name} must be defined`;
  if (issue.input === null) return `${name} cannot be null`;
  switch (issue.code) {
    case 'invalid_format':
      return issue.format === 'regex'
        ? issue.message
        : `${name} must be a valid ${FORMATS[issue.format] ?? issue.format}`;
    case 'invalid_union':
      return `${name} must be a valid UUID`;
    case 'too_small':
      return `${name} must be greater than or equal to ${issue.minimum}`;
    case 'too_big':
      return `${name} must be at most ${issue.maximum} characters`;
    case 'invalid_value':
      return `${name} must be one of the following values: ${issue.values.join(', ')}`;
    case 'invalid_type':
      return `${name} must be a \`${issue.expected}\` type, but the final value was: \`${JSON.stringify(issue.input)}\`.`;
    default:
      return issue.message;
  }
}

const FORMATS: Readonly<Record<string, string | undefined>> = { guid: 'UUID', email: 'email', url: 'URL' };
