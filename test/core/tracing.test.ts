import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/core/config/config.ts';
import { createLogger } from '../../src/core/logger.ts';
import { startTracing } from '../../src/core/tracing.ts';
import { startServices } from '../../src/process/services.ts';
import { createServer } from '../../src/server/create-server.ts';
import { startHttpServer } from '../support/http-server.ts';
import { startTestServer } from '../support/test-server.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
}

describe('tracing', () => {
  it('follows a request from the caller through verification and execution to the provider', async () => {
    await using test = await startTestServer();
    const { emulator } = test;
    const token = await emulator.control.mintToken({ userId: emulator.people.ada.id });
    const received: Span[] = [];
    await using receiver = await startHttpServer(async (request, response) => {
      if (request.url === '/v1/traces') received.push(...spansOf(await text(request)));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    await using provider = await startHttpServer(async (request, response) => {
      const answer = await fetch(`${emulator.url}${request.url}`, { headers: headersOf(request.headers) });
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    });
    const services = startServices({
      config: readConfig({
        STACK_PROJECT_ID: emulator.projectId,
        STACK_SECRET_SERVER_KEY: emulator.secretServerKey,
        STACK_API_URL: provider.url,
        STACK_ISSUER_URL: emulator.url,
      }),
      logger: createLogger({ level: 'silent' }),
      tracing: startTracing({ endpoint: receiver.url, service: 'test' }),
    });
    const answer = await createServer(services).fetch('http://localhost/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-stack-access-token': token,
        traceparent: `00-${TRACE}-${CALLER}-01`,
      },
      body: JSON.stringify({ query: 'query Mine { me { email } }' }),
    });
    expect(await answer.json()).toEqual({ data: { me: { email: 'ada@example.test' } } });
    await services.close();

    const byName = new Map(received.map((span) => [span.name, span]));
    expect([...byName.keys()].sort()).toEqual(['execute', 'profile', 'request', 'verify']);
    expect(received.every(({ traceId }) => traceId === TRACE)).toBe(true);
    const parentOf = (name: string) => byName.get(name)?.parentSpanId;
    expect(parentOf('request')).toBe(CALLER);
    expect(parentOf('verify')).toBe(byName.get('request')?.spanId);
    expect(parentOf('execute')).toBe(byName.get('request')?.spanId);
    expect(parentOf('profile')).toBe(byName.get('execute')?.spanId);
    const asked = provider.received.find(({ path }) => path === '/api/v1/users/me');
    expect(asked?.headers['traceparent']).toBe(`00-${TRACE}-${byName.get('profile')?.spanId}-01`);
    const attributes = byName.get('request')?.attributes;
    expect(attributes).toContainEqual({ key: 'graphql.operation.name', value: { stringValue: 'Mine' } });
    expect(attributes).toContainEqual({ key: 'http.response.status_code', value: { intValue: 200 } });
    expect(JSON.stringify(received)).not.toMatch(/ada@example|eyJ|email/);
  });
});

function spansOf(body: string): Span[] {
  const { resourceSpans } = JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };
  return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
}

function headersOf(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const passed = Object.entries(headers).filter(([name]) => name.startsWith('x-stack-'));
  return Object.fromEntries(passed.map(([name, value]) => [name, String(value)]));
}
