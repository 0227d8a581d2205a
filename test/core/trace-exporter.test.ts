import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { probeCollector } from '../../src/core/trace-exporter.ts';
import { startTracing } from '../../src/core/tracing.ts';
import { readVersion } from '../../src/core/version.ts';
import { startHttpServer } from '../support/http-server.ts';
import { createTestLog } from '../support/test-log.ts';
import { until } from '../support/until.ts';

const WARN = 40;
const settings = { sampler: 'parentbased_always_on', ratio: 1 } as const;

afterEach(() => vi.unstubAllEnvs());

describe('a collector', () => {
  it.each([
    [401, 'it answers 401: check OTEL_EXPORTER_OTLP_HEADERS'],
    [404, 'it answers 404: check the path of the endpoint'],
    [500, 'it answers 500'],
  ])(
    'that answers %i is logged once, without credentials, and its spans are counted',
    async (status, problem) => {
      await using collector = await startHttpServer(async (request, response) => {
        await text(request);
        response.writeHead(status).end();
      });
      const { host } = new URL(collector.url);
      const { logger, lines } = createTestLog();
      const tracing = startTracing({
        settings: { ...settings, url: `http://me:secret@${host}/in?key=secret` },
        logger,
      });
      for (let count = 0; count < 600; count += 1) tracing.startRequest(() => undefined).end({});
      await tracing.close();
      expect(tracing.counts).toEqual({ sent: 0, failed: 600, dropped: 0 });
      expect(lines).toEqual([
        expect.objectContaining({
          level: WARN,
          msg: 'Traces cannot be sent',
          collector: `http://${host}/in`,
          lostSpans: 512,
          problem,
        }),
        expect.objectContaining({ level: WARN, msg: 'Traces cannot be sent', lostSpans: 88 }),
      ]);
    },
  );

  it.each([
    ['closes its port', async (close: () => Promise<void>) => close()],
    ['does not answer', async () => {}],
  ])('that %s is logged when the process ends before it has taken the spans', async (_what, begin) => {
    await using collector = await startHttpServer(() => {});
    await begin(() => collector[Symbol.asyncDispose]());
    const { logger, lines } = createTestLog();
    const tracing = startTracing({ settings: { ...settings, url: collector.url }, logger });
    for (let count = 0; count < 5; count += 1) tracing.startRequest(() => undefined).end({});
    await tracing.close();
    expect(lines).toEqual([
      expect.objectContaining({
        level: WARN,
        msg: 'Traces cannot be sent',
        lostSpans: 5,
        problem: 'the process ends before the collector has taken them',
      }),
    ]);
  });

  it('that does not answer makes no more than 2048 spans wait', async () => {
    await using collector = await startHttpServer(() => {});
    vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '200');
    const { logger } = createTestLog();
    const tracing = startTracing({ settings: { ...settings, url: collector.url }, logger });
    for (let count = 0; count < 5000; count += 1) tracing.startRequest(() => undefined).end({});
    await tracing.close();
    const { counts } = tracing;
    await until('every span is accounted for', () => counts.failed + counts.dropped === 5000);
    expect(counts.sent).toBe(0);
    expect(counts.failed).toBeLessThanOrEqual(2048 + 512);
  });

  it('that recovers is logged with the number of lost spans', async () => {
    let status = 403;
    await using collector = await startHttpServer(async (request, response) => {
      await text(request);
      response.writeHead(status).end('{}');
    });
    const { logger, lines, written } = createTestLog();
    const tracing = startTracing({ settings: { ...settings, url: collector.url }, logger });
    const trace = () => {
      for (let count = 0; count < 512; count += 1) tracing.startRequest(() => undefined).end({});
    };
    trace();
    await written('Traces cannot be sent');
    status = 200;
    trace();
    expect(await written('Traces are sent again')).toMatchObject({ lostSpans: 0 });
    await tracing.close();
    expect(lines).toHaveLength(2);
    expect(tracing.counts).toEqual({ sent: 512, failed: 512, dropped: 0 });
  });

  it('is tried by the doctor', async () => {
    await using collector = await startHttpServer(async (request, response) => {
      await text(request);
      response.writeHead(request.headers['x-key'] === 'right' ? 200 : 401).end('{}');
    });
    expect(await probeCollector(collector.url, 1000)).toContain('401');
    vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'x-key=right');
    expect(await probeCollector(collector.url, 1000)).toBeUndefined();
    expect(await probeCollector('http://127.0.0.1:1/v1/traces', 500)).toBe('ECONNREFUSED');
  });
});

describe('the SDK', () => {
  it('reads service name and attributes, and warns of malformed variables without their values', async () => {
    const bodies: string[] = [];
    await using collector = await startHttpServer(async (request, response) => {
      bodies.push(await text(request));
      response.end('{}');
    });
    const { logger, lines } = createTestLog();
    const send = async () => {
      const tracing = startTracing({ settings: { ...settings, url: collector.url }, logger });
      tracing.startRequest(() => undefined).end({});
      await tracing.close();
    };
    await send();
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'deployment.environment.name=test,service.name=attribute');
    await send();
    vi.stubEnv('OTEL_SERVICE_NAME', 'named');
    await send();
    const [plain, attributes, named] = bodies;
    expect(plain).toContain('{"key":"service.name","value":{"stringValue":"stack-auth-graphql"}}');
    expect(plain).toContain(`{"key":"service.version","value":{"stringValue":"${readVersion()}"}}`);
    expect(attributes).toContain('{"key":"deployment.environment.name","value":{"stringValue":"test"}}');
    expect(attributes).toContain('{"key":"service.name","value":{"stringValue":"attribute"}}');
    expect(named).toContain('{"key":"service.name","value":{"stringValue":"named"}}');
    expect(lines).toEqual([]);
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'secret');
    vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '-1');
    await send();
    expect(lines.map(({ msg }) => msg.split(' ').find((word) => word.startsWith('OTEL_')))).toEqual([
      'OTEL_EXPORTER_OTLP_TIMEOUT',
      'OTEL_RESOURCE_ATTRIBUTES',
    ]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it('sends the decision of the caller on where a request is not sampled', async () => {
    const { logger } = createTestLog();
    const tracing = startTracing({ settings: { ...settings, url: 'http://127.0.0.1:1' }, logger });
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const given = `00-${trace}-00f067aa0ba902b7-00`;
    const span = tracing.startRequest((name) => (name === 'traceparent' ? given : undefined));
    const { traceparent } = span.run('execute', () => tracing.span('profile', () => tracing.outgoing()));
    expect(traceparent).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-00$`));
    span.end({});
    await tracing.close();
    expect(tracing.counts).toEqual({ sent: 0, failed: 0, dropped: 0 });
  });
});
