import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/core/config/config.ts';
import { createLogger } from '../../../src/core/logger.ts';
import { MUTATION_NAMES } from '../../../src/core/mutation-names.ts';
import { startTracing } from '../../../src/core/tracing.ts';
import { startEmulator } from '../../../src/emulator/emulator.ts';
import { createMetrics } from '../../../src/process/metrics.ts';
import { startServices } from '../../../src/process/services.ts';
import { createServer } from '../../../src/server/create-server.ts';
import { listen } from '../../../src/server/port.ts';
import { startHttpServer } from '../../support/http-server.ts';
import { settingsOf, startTestServer } from '../../support/test-server.ts';
import { CASES } from './cases.ts';
import { documentOf } from './proof.ts';
import { createWorld } from './world.ts';

describe('the audit', () => {
  it('has one line for every mutation, with ids and the outcome, and no value', async () => {
    await using test = await startTestServer({ env: { RATE_LIMIT: '100000' } });
    const metrics = createMetrics(test.services);
    const lineOf = () => test.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'Mutation');
    for (const each of CASES) {
      const world = await createWorld(test.emulator);
      const token = (await world.tokenOf('owner')) ?? '';
      const input = each.input?.(world, 'owner');
      test.logged.length = 0;
      await test.ask(documentOf(each), { token, ...(input && { variables: { input } }) });
      const lines = lineOf();
      expect(lines).toHaveLength(1);
      const outcome = each.answers.owner === 'ok' ? 'ok' : 'rejected';
      expect(lines[0]).toMatchObject({
        level: 30,
        user: world.users.owner,
        operation: each.name,
        outcome,
        requestId: expect.any(String),
        ...(outcome === 'rejected' && { code: each.answers.owner }),
      });
      const known = [
        'level',
        'time',
        'pid',
        'hostname',
        'msg',
        'requestId',
        'user',
        'operation',
        'target',
        'team',
        'outcome',
        'code',
      ];
      expect(Object.keys(lines[0]).filter((key) => !known.includes(key))).toEqual([]);
      for (const value of Object.values(input ?? {}))
        if (typeof value === 'string' && !/^[\da-f-]{36}$/.test(value))
          expect(test.logged.join('')).not.toContain(value);
    }
    const rendered = await metrics.render();
    for (const operation of MUTATION_NAMES) {
      const outcome = operation === 'verifyContactChannel' ? 'rejected' : 'ok';
      expect(rendered).toMatch(
        new RegExp(`graphql_mutations_total\\{mutation="${operation}",outcome="${outcome}"\\} [1-9]`),
      );
    }
  });

  it('has a line for a mutation that a scope refuses, and none for a request without a token', async () => {
    await using test = await startTestServer();
    const { control, people } = test.emulator;
    const token = await control.mintToken({ userId: people.guest.id });
    await test.ask('mutation { deleteMe { deleted } }', { token });
    await test.ask('mutation { deleteMe { deleted } }');
    const lines = test.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'Mutation');
    expect(lines).toMatchObject([
      { user: people.guest.id, operation: 'deleteMe', outcome: 'forbidden', code: 'ANONYMOUS_USER' },
    ]);
  });

  it('never contains what a client chose as an id', async () => {
    await using test = await startTestServer();
    const { control, people } = test.emulator;
    const token = await control.mintToken({ userId: people.ada.id });
    await test.ask('mutation { leaveTeam(input: { id: "chosen by the client" }) { errors { code } } }', {
      token,
    });
    expect(test.logged.join('')).toContain('"operation":"leaveTeam"');
    expect(test.logged.join('')).not.toContain('chosen by the client');
  });
});

describe('the secret of a new API key', () => {
  it('is in the answer, and in no log, trace, metric or later answer', async () => {
    await using emulator = await startEmulator();
    const traced: string[] = [];
    await using receiver = await startHttpServer(async (request, response) => {
      traced.push(await text(request));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    const logged: string[] = [];
    const logger = createLogger({
      level: 'trace',
      destination: { write: (line: string) => logged.push(line) },
    });
    const services = startServices({
      config: readConfig(settingsOf(emulator)),
      logger,
      tracing: startTracing({
        settings: { url: `${receiver.url}/v1/traces`, sampler: 'parentbased_always_on', ratio: 1 },
        logger,
      }),
    });
    const metrics = createMetrics(services);
    const listening = await listen(createServer(services).listener, { host: '127.0.0.1', port: 0 });
    const token = await emulator.control.mintToken({ userId: emulator.people.grace.id });
    const ask = async (query: string) => {
      const answer = await fetch(`${listening.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-stack-access-token': token },
        body: JSON.stringify({ query }),
      });
      return answer.json();
    };
    const create = (input: string) =>
      ask(
        `mutation { createApiKey(input: { description: "x" ${input} }) { secret apiKey { id lastFour } } }`,
      );
    const team = emulator.teams.navy.id;
    const made = [await create(''), await create(`teamId: "${team}"`), await create('')];
    const secrets = made.map(({ data }) => data.createApiKey.secret);
    // An answer that cannot be read: its body still has a secret.
    const unreadable = `sk_${'q'.repeat(60)}`;
    emulator.control.fail('change-api-keys', { kind: 'body', body: JSON.stringify({ value: unreadable }) });
    expect(await create('')).toMatchObject({ errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }] });
    emulator.control.heal();
    const later = JSON.stringify([
      await ask('{ me { apiKeys { id lastFour description } } }'),
      await ask(`{ team(id: "${team}") { apiKeys { id lastFour description } } }`),
    ]);
    const measured = await metrics.render();
    await listening.close(0);
    await services.close();

    expect(new Set(secrets).size).toBe(3);
    for (const [index, secret] of secrets.entries()) {
      expect(secret.length).toBeGreaterThan(50);
      expect(JSON.stringify(made[index]).split(secret)).toHaveLength(2);
      expect(later).toContain(made[index].data.createApiKey.apiKey.id);
    }
    const everything = [later, measured, ...logged, ...traced].join('\n');
    expect(logged.join('')).toContain('"operation":"createApiKey"');
    expect(traced.join('')).toContain('create-api-key');
    // Thirteen characters of a secret are enough to tell it.
    for (const secret of [...secrets, unreadable])
      for (let start = 0; start + 13 <= secret.length; start += 1)
        expect(everything).not.toContain(secret.slice(start, start + 13));
  });

  it('is in no copy of the process', async () => {
    await using test = await startTestServer();
    const { control, people } = test.emulator;
    const token = await control.mintToken({ userId: people.grace.id });
    await test.ask('{ me { displayName teams { id } } }', { token });
    const before = test.services.gauges().cacheBytes;
    const query = 'mutation { createApiKey(input: { description: "x" }) { secret } }';
    expect((await test.ask(query, { token })).body.data.createApiKey.secret).toMatch(/^sk_/);
    expect(test.services.gauges().cacheBytes).toEqual(before);
  });
});
