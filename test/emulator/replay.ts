// Replay of a recorded exchange.
import { z } from 'zod';
import type { Emulator } from '../../src/emulator/emulator.ts';
import type { Exchange } from './recorded.ts';
import { differences } from './shape.ts';
import type { Dictionary } from './translate.ts';

const COMPARED_HEADERS = ['x-stack-known-error', 'x-stack-actual-status', 'cache-control'];

/** Sends a recorded request to an emulator. Returns the differences between its answer and the recorded one. */
export async function replay(
  exchange: Exchange,
  emulator: Emulator,
  dictionary: Dictionary,
): Promise<readonly string[]> {
  const { request, response: recorded } = exchange;
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers))
    headers.set(name, await dictionary.translate(value));
  const text = typeof request.body === 'string' ? request.body : JSON.stringify(request.body);
  const body = text === undefined ? null : await dictionary.translate(text);
  if (body !== null && !headers.has('content-type')) headers.set('content-type', 'application/json');

  const path = await dictionary.translate(request.path);
  const response = await fetch(`${emulator.url}${path}`, { method: request.method, headers, body });
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  const ours: unknown = isJson ? await response.json() : await response.text();
  dictionary.learn(recorded.body, ours);

  const found: string[] = [];
  if (recorded.status !== response.status)
    found.push(`status ${recorded.status} recorded, ${response.status} here`);
  for (const name of COMPARED_HEADERS) {
    const [wanted, got] = [recorded.headers[name] ?? null, response.headers.get(name)];
    if (wanted !== got) found.push(`${name} ${wanted} recorded, ${got} here`);
  }
  const [wanted, got] = [recorded.headers['content-type'], response.headers.get('content-type')].map(
    contentType,
  );
  if (wanted !== got) found.push(`content-type ${wanted} recorded, ${got} here`);
  const [wantedText, gotText] = [await dictionary.translate(refusalText(recorded.body)), refusalText(ours)];
  if (wantedText !== gotText) found.push(`says ${wantedText} recorded, ${gotText} here`);
  return [...found, ...differences(recorded.body, ours)];
}

// The texts that callers have to read for want of a code: refusals in plain text, and what a schema does not accept.
function refusalText(body: unknown): string {
  if (typeof body === 'string') return /^(404|Something went wrong)/.test(body) ? '' : body;
  const refusal = schemaRefusal.safeParse(body).data;
  // The provider may repeat itself.
  return refusal ? [...new Set(refusal.error.split('\n'))].join('\n') : '';
}

const schemaRefusal = z.object({ code: z.literal('SCHEMA_ERROR'), error: z.string() });

function contentType(header: string | null | undefined): string {
  return (header ?? 'none').toLowerCase().replaceAll(' ', '');
}
