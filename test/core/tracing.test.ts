import { AsyncResource } from 'node:async_hooks';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/core/config/config.ts';
import type { SamplerName } from '../../src/core/trace-settings.ts';
import { startTracing } from '../../src/core/tracing.ts';
import { startServices } from '../../src/process/services.ts';
import { createServer } from '../../src/server/create-server.ts';
import { listen } from '../../src/server/port.ts';
import { startHttpServer } from '../support/http-server.ts';
import { createTestLog } from '../support/test-log.ts';
import { startTestServer } from '../support/test-server.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const OTHER_TRACE = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';
const CALLER = '00f067aa0ba902b7';

/** From Node 24 on a context is part of V8's own state. */
const HAS_NO_HOOK = Number.parseInt(process.versions.node, 10) > 22;

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
}

describe('tracing', () => {
  it('connects caller, verification, execution and provider in one trace, through Yoga and on the fast path', async () => {
    await using test = await startTestServer();
    const { emulator } = test;
    const { people } = emulator;
    const mint = (userId: string) => emulator.control.mintToken({ userId });
    const received: Span[] = [];
    await using receiver = await startHttpServer(async (request, response) => {
      if (request.url === '/v1/traces') received.push(...spansOf(await text(request)));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    await using provider = await startHttpServer(async (request, response) => {
      const answer = await fetch(`${emulator.url}${request.url}`, { headers: headersOf(request.headers) });
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    });
    const { logger } = createTestLog();
    const services = startServices({
      config: readConfig({
        STACK_PROJECT_ID: emulator.projectId,
        STACK_SECRET_SERVER_KEY: emulator.secretServerKey,
        STACK_API_URL: provider.url,
        STACK_ISSUER_URL: emulator.url,
      }),
      logger,
      tracing: startTracing({
        settings: { url: `${receiver.url}/v1/traces`, sampler: 'parentbased_always_on', ratio: 1 },
        logger,
      }),
    });
    const listening = await listen(createServer(services).listener, { host: '127.0.0.1', port: 0 });
    let fastPath = 0;
    services.events.subscribe(({ kind }) => {
      if (kind === 'fast-path') fastPath += 1;
    });
    const ask = async (given: string, trace: string) => {
      const answer = await fetch(`${listening.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-stack-access-token': given,
          traceparent: `00-${trace}-${CALLER}-01`,
        },
        body: JSON.stringify({ query: 'query Mine { me { email } }' }),
      });
      return answer.json();
    };
    // Yoga answers the first request, the fast path the second.
    await ask(await mint(people.grace.id), OTHER_TRACE);
    expect(await ask(await mint(people.ada.id), TRACE)).toEqual({
      data: { me: { email: 'ada@example.test' } },
    });
    expect(fastPath).toBe(1);
    await listening.close(0);
    await services.close();

    for (const trace of [TRACE, OTHER_TRACE]) {
      const names = received.filter(({ traceId }) => traceId === trace).map(({ name }) => name);
      expect(names.sort()).toEqual(['execute', 'profile', 'request', 'verify']);
    }
    expect(received).toHaveLength(8);
    const ofFastPath = received.filter(({ traceId }) => traceId === TRACE);
    const byName = new Map(ofFastPath.map((span) => [span.name, span]));
    const parentOf = (name: string) => byName.get(name)?.parentSpanId;
    expect(parentOf('request')).toBe(CALLER);
    expect(parentOf('verify')).toBe(byName.get('request')?.spanId);
    expect(parentOf('execute')).toBe(byName.get('request')?.spanId);
    expect(parentOf('profile')).toBe(byName.get('execute')?.spanId);
    const asked = provider.received.filter(({ path }) => path === '/api/v1/users/me').at(-1);
    expect(asked?.headers['traceparent']).toBe(`00-${TRACE}-${byName.get('profile')?.spanId}-01`);
    const attributes = byName.get('request')?.attributes;
    expect(attributes).toContainEqual({ key: 'graphql.operation.name', value: { stringValue: 'Mine' } });
    expect(attributes).toContainEqual({ key: 'http.response.status_code', value: { intValue: 200 } });
    expect(JSON.stringify(received)).not.toMatch(/ada@example|eyJ|email/);
  });
});

describe('the context of a request', () => {
  const start = (sampler: SamplerName) =>
    startTracing({
      settings: { url: 'http://127.0.0.1:1/v1/traces', sampler, ratio: 0 },
      logger: createTestLog().logger,
    });
  const continued = (sampled: '00' | '01') => (name: string) =>
    name === 'traceparent' ? `00-${TRACE}-${CALLER}-${sampled}` : undefined;

  it('is sent on with the decision of a caller who records nothing, until the request ends', async () => {
    const tracing = start('parentbased_always_on');
    const request = tracing.startRequest(continued('00'));
    const sent = await request.run('execute', async () => {
      await setImmediate();
      return tracing.span('profile', () => tracing.outgoing());
    });
    expect(sent).toEqual({ traceparent: expect.stringMatching(`^00-${TRACE}-[0-9a-f]{16}-00$`) });
    expect(tracing.outgoing()).toEqual({});
    await tracing.close();
    expect(tracing.counts).toEqual({ sent: 0, failed: 0, dropped: 0 });
  });

  it('is not sent where the trace begins here and is not recorded', async () => {
    const tracing = start('parentbased_traceidratio');
    const request = tracing.startRequest(() => undefined);
    const sent = await request.run('execute', async () => {
      await setImmediate();
      return tracing.span('profile', () => tracing.outgoing());
    });
    expect(sent).toEqual({});
    await tracing.close();
    expect(tracing.counts).toEqual({ sent: 0, failed: 0, dropped: 0 });
  });

  it('stays that of each request while others come and end, also by an error', async () => {
    const tracing = start('always_on');
    const running = [1, 2, 3].map((turns) =>
      tracing.startRequest(continued('01')).run('execute', async () => {
        const seen = new Set<string | undefined>();
        for (let turn = 0; turn < turns; turn += 1) {
          await setImmediate();
          seen.add(tracing.outgoing()['traceparent']);
        }
        return seen;
      }),
    );
    expect(tracing.startRequest(continued('01')).run('execute', () => tracing.outgoing())).toHaveProperty(
      'traceparent',
    );
    expect(() =>
      tracing.startRequest(continued('01')).run('execute', () => {
        throw new Error('A bug');
      }),
    ).toThrow('A bug');
    const seen = await Promise.all(running);
    const [one, two, three] = seen.map((each) => [...each]);
    expect(new Set([...(one ?? []), ...(two ?? []), ...(three ?? [])]).size).toBe(3);
    for (const each of [one, two, three])
      expect(each).toEqual([expect.stringMatching(`^00-${TRACE}-[0-9a-f]{16}-01$`)]);
    expect(tracing.outgoing()).toEqual({});
    await tracing.close();
  });

  it.skipIf(HAS_NO_HOOK)('leaves no hook behind once its request has ended', async () => {
    const tracing = start('always_on');
    const bind = () => AsyncResource.bind(() => tracing.outgoing());
    const request = tracing.startRequest(continued('01'));
    // With the hook, what was bound in a context would be in it again.
    expect(request.run('execute', bind)()).toEqual({});
    const bound = await request.run('execute', async () => {
      await setImmediate();
      return bind();
    });
    await setImmediate();
    expect(bound()).toEqual({});
    await tracing.close();
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
