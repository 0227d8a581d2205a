import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { missingIn } from '../support/promql.ts';
import { type Sample, scrape } from '../support/scrape.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

const dashboard = z
  .object({
    uid: z.string(),
    panels: z.array(
      z.object({
        id: z.number(),
        type: z.string(),
        title: z.string(),
        gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
        targets: z.array(z.object({ expr: z.string(), legendFormat: z.string() })).default([]),
      }),
    ),
    templating: z.object({ list: z.array(z.object({ name: z.string() })) }),
  })
  .parse(JSON.parse(read('deploy/grafana/dashboard.json')));

const rules = z
  .object({
    groups: z.tuple([
      z.object({
        rules: z.array(
          z.object({
            alert: z.string(),
            expr: z.string(),
            for: z.string().optional(),
            labels: z.object({ severity: z.enum(['critical', 'warning']) }),
            annotations: z.object({ summary: z.string(), runbook_url: z.string() }),
          }),
        ),
      }),
    ]),
  })
  .parse(parse(read('deploy/prometheus/alerts.yaml'))).groups[0].rules;

const targets = dashboard.panels.flatMap(({ title, targets }) =>
  targets.map(({ expr, legendFormat }) => ({ title, expr, legendFormat })),
);

describe('the dashboard and the alerts', () => {
  let emulator: Emulator;
  let server: ServerProcess;
  let samples: readonly Sample[];

  beforeAll(async () => {
    emulator = await startEmulator();
    const { control, people } = emulator;
    const failKeys = control.fail('jwks', { kind: 'status', status: 500 });
    // A server that is not there: it is measured all the same.
    server = await startServerProcess(emulator, { REDIS_URL: 'redis://127.0.0.1:1' });
    const token = await control.mintToken({ userId: people.ada.id });
    const ask = async () => (await server.ask('{ me { email } }', { token })).status;
    expect(await ask()).toBe(503);
    failKeys();
    await until('the keys', async () => (await ask()) === 200);
    const refused = { 'x-stack-known-error': 'INVALID_SECRET_SERVER_KEY' };
    const grace = await control.mintToken({ userId: people.grace.id });
    for (const fault of [{ status: 500 }, { status: 401, headers: refused }]) {
      const heal = control.fail('profile', { kind: 'status', ...fault });
      await server.ask('{ me { email } }', { token: grace });
      heal();
    }
    // These metrics appear after the first garbage collection.
    samples = await until('a garbage collection', async () => {
      await server.ask('{ __typename }');
      const { samples: seen } = await scrape(server.metricsUrl);
      return seen.some(({ name }) => name.startsWith('nodejs_gc_duration')) ? seen : undefined;
    });
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await emulator.close();
  });

  it('query only what the server measures', () => {
    expect(targets.length).toBeGreaterThan(25);
    expect(rules.length).toBeGreaterThan(15);
    const expressions = [...targets, ...rules].map(({ expr }) => expr);
    expect(expressions.flatMap((expr) => missingIn(samples, expr))).toEqual([]);
  });

  it('use every metric of the server', () => {
    const own = samples.map(({ name }) => name.replace(/_(bucket|sum|count)$/, ''));
    const measured = new Set(
      own.filter((name) => /^(graphql|auth|profile|identity|webhooks|server|redis|log|trace)_/.test(name)),
    );
    const shown = targets.map(({ expr }) => expr).join();
    expect(measured.size).toBeGreaterThan(12);
    expect([...measured].filter((name) => !shown.includes(name))).toEqual([]);
  });

  it('use only labels that the metrics have', () => {
    const labels = new Set([...samples.flatMap((sample) => Object.keys(sample.labels)), 'instance']);
    const named = targets.flatMap(({ legendFormat }) => [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)]);
    expect(named.length).toBeGreaterThan(10);
    expect(named.map(([, label]) => String(label)).filter((label) => !labels.has(label))).toEqual([]);
  });

  it.each([
    ['a metric', 'sum(rate(graphql_request_total[5m]))', 'no metric graphql_request_total'],
    ['a label', 'graphql_requests_in_flight{user="x"}', 'no graphql_requests_in_flight{user="x"}'],
    ['a value', 'server_degraded{what="keys-gone"}', 'no server_degraded{what="keys-gone"}'],
    ['a pattern', 'graphql_requests_total{status=~"6.."}', 'no graphql_requests_total{status=~"6.."}'],
    ['a group', 'sum by (user) (server_ready)', 'no label user: sum by (user) (server_ready)'],
  ])('fail the check if they query %s that does not exist', (_what, expr, missing) => {
    expect(missingIn(samples, expr)).toEqual([missing]);
  });

  it('fail the check if an expression is not PromQL or queries nothing', () => {
    expect(() => missingIn(samples, 'sum by (job (rate(server_ready[5m]))')).toThrow('No PromQL');
    expect(() => missingIn(samples, '1 + 1')).toThrow('asks for nothing');
  });
});

describe('the dashboard', () => {
  it('has a row for each topic, and no overlapping panels', () => {
    const rows = dashboard.panels.filter(({ type }) => type === 'row').map(({ title }) => title);
    expect(rows).toEqual([
      'Traffic',
      'Errors',
      'Auth',
      'Keys',
      'Profiles and the provider',
      'Process',
      'Redis',
    ]);
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(dashboard.panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });

  it('has variables for data source, job and instance', () => {
    expect(dashboard.templating.list.map(({ name }) => name)).toEqual(['datasource', 'job', 'instance']);
    expect(targets.filter(({ expr }) => !expr.includes('job=~"$job", instance=~"$instance"'))).toEqual([]);
  });
});

describe('the alerts', () => {
  const guide = read('docs/operations.md');
  const rows = [...guide.matchAll(/^\| <a id="(\w+)"><\/a>`(\w+)` \|(.+)\|(.+)\|$/gm)];

  it('each link to a row of the guide, and each row belongs to an alert', () => {
    expect(rules.map(({ annotations }) => annotations.runbook_url)).toEqual(
      rules.map(({ alert }) => `docs/operations.md#${alert}`),
    );
    expect(rows.map(([, anchor]) => anchor)).toEqual(rules.map(({ alert }) => alert));
    expect(rows.map(([, , name]) => name)).toEqual(rules.map(({ alert }) => alert));
  });

  it('are explained, each with an action', () => {
    expect(rows.length).toBeGreaterThan(15);
    for (const [, , , meaning, action] of rows) {
      expect(meaning?.trim().length).toBeGreaterThan(20);
      expect(action?.trim().length).toBeGreaterThan(20);
    }
  });
});
