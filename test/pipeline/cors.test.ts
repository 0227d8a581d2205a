import { describe, expect, it } from 'vitest';
import { createCorsHeaders } from '../../src/pipeline/cors.ts';

const LISTED = ['https://app.example.com', 'capacitor://localhost', 'app://.'];

function allowedHeaders(origin: string | undefined, asked?: string): string | undefined {
  const headers = createCorsHeaders(LISTED)(origin, asked);
  const at = headers.indexOf('access-control-allow-headers');
  return at === -1 ? undefined : headers[at + 1];
}

describe('the request headers that a preflight allows', () => {
  it.each([
    'content-type,x-stack-access-token',
    'baggage, sentry-trace',
    'x-datadog-origin,x-datadog-parent-id,x-datadog-trace-id',
    "!#$%&'*+-.^_`|~",
    'a\t,\tb',
    Array.from({ length: 100 }, (_, index) => `x-name-${index}`).join(','),
  ])('are those that a listed origin asks for: %s', (asked) => {
    for (const origin of LISTED) expect(allowedHeaders(origin, asked)).toBe(asked);
    for (const origin of ['https://evil.example', 'null', 'capacitor://localhost:1', '', undefined])
      expect(allowedHeaders(origin, asked)).toBeUndefined();
  });

  it.each(['', ' ', 'a b', 'a,,b', ',', 'a,', 'a:b', '"a"', 'a\u00e9', 'a\nb: c', `x${'y'.repeat(2_000)}`])(
    'are the usual ones for what is no list of field names: %j',
    (asked) => {
      const [origin] = LISTED;
      expect(allowedHeaders(origin, asked)).toBe(allowedHeaders(origin));
      expect(allowedHeaders(origin)).toContain('x-stack-access-token');
    },
  );
});
