import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import {
  type AppTypes,
  createSchema,
  createServer,
  defineApp,
  type Provider,
  path,
  type RequestContext,
  toAppError,
} from '#server';
import { systemClock } from '../src/core/clock.ts';
import { readConfig } from '../src/core/config/config.ts';
import { ignoreEvents } from '../src/core/events.ts';
import { createLogger } from '../src/core/logger.ts';
import { startEmulator } from '../src/emulator/emulator.ts';
import { createProviderServices } from '../src/process/provider-services.ts';
import { startApp } from '../src/server/start-app.ts';
import { makeTempFolder } from './support/temp-folder.ts';
import { settingsOf, startTestServer } from './support/test-server.ts';

const { provider } = createProviderServices({
  config: readConfig({ STACK_PROJECT_ID: 'internal', STACK_SECRET_SERVER_KEY: 'ssk_test' }),
  tracing: undefined,
  clock: systemClock,
  emit: ignoreEvents,
});
const deps = {
  provider,
  logger: createLogger({ level: 'silent', destination: process.stdout }),
  env: { NOTES_URL: 'postgres://notes' },
};

/** A source that tells when it is closed. */
const sourceOf = (name: string, closed: string[]) => ({
  close: async () => {
    closed.push(name);
    if (name === 'second') throw new Error('The connection is stuck');
  },
});

describe('the sources of an app', () => {
  it('start once, with logger and environment, and not before the server does', async () => {
    const starts: unknown[] = [];
    const app = defineApp<{ Sources: { url: string } }>({
      sources: async ({ env, logger }) => {
        starts.push(logger);
        return { url: String(env['NOTES_URL']) };
      },
    });
    createSchema(app);
    expect(starts).toEqual([]);
    const { sources } = await startApp(app, deps);
    expect(sources).toEqual({ url: 'postgres://notes' });
    expect(starts).toEqual([deps.logger]);
  });

  it('are closed in reverse order, all of them even where one cannot be closed', async () => {
    const closed: string[] = [];
    const app = defineApp<{ Sources: object }>({
      sources: () => ({
        first: sourceOf('first', closed),
        without: { query: () => {} },
        second: sourceOf('second', closed),
        third: sourceOf('third', closed),
      }),
    });
    const { closeSources } = await startApp(app, deps);
    await expect(closeSources()).rejects.toThrow('Not every source could be closed');
    expect(closed).toEqual(['third', 'second', 'first']);
  });

  it('can call the provider, through the client of the process', async () => {
    const app = defineApp<{ Sources: { provider: Provider } }>({
      sources: (deps) => ({ provider: deps.provider }),
      schema: (builder) => {
        builder.queryField('project', (t) =>
          t.string({
            resolve: async (_root, _args, { sources }) => {
              const outcome = await sources.provider.call({
                method: 'GET',
                path: path`/projects/current`,
                access: 'server',
                parse: (body) => String((body as { readonly id: unknown }).id),
              });
              if (outcome.kind !== 'ok') throw toAppError(outcome);
              return outcome.value;
            },
          }),
        );
      },
    });
    await using test = await startTestServer({ app });
    expect((await test.ask('{ project }')).body).toEqual({ data: { project: test.emulator.projectId } });
    test.emulator.control.fail('project', { kind: 'status', status: 500 });
    expect((await test.ask('{ project }')).body.errors).toMatchObject([
      { extensions: { code: 'UPSTREAM_UNAVAILABLE' } },
    ]);
  });

  it('are what resolvers get', async () => {
    const app = defineApp<{ Sources: { greeting: string } }>({
      sources: () => ({ greeting: 'Hello' }),
      schema: (builder) => {
        builder.queryField('greeting', (t) =>
          t.string({ resolve: (_root, _args, { sources }) => sources.greeting }),
        );
      },
    });
    await using test = await startTestServer({ app });
    expect((await test.ask('{ greeting }')).body).toEqual({ data: { greeting: 'Hello' } });
    expect(test.sources.greeting).toBe('Hello');
  });
});

describe('the loaders of an app', () => {
  interface Types {
    readonly Loaders: { readonly signal: AbortSignal; readonly made: number };
  }

  const createLoaderApp = () => {
    const calls = { made: 0 };
    const contexts: RequestContext<Types>[] = [];
    const app = defineApp<Types>({
      loaders: (context) => {
        calls.made += 1;
        return Object.assign({ made: calls.made, signal: context.signal }, { profile: 'not ours' });
      },
      schema: (builder) => {
        builder.queryField('made', (t) =>
          t.int({
            resolve: (_root, _args, context) => {
              contexts.push(context);
              return context.loaders.made;
            },
          }),
        );
        builder.queryField('plain', (t) => t.int({ resolve: () => 1 }));
      },
    });
    return { app, calls, contexts };
  };

  it('are created once for each request that reads one', async () => {
    const { app, calls } = createLoaderApp();
    await using test = await startTestServer({ app });
    await test.ask('{ plain }');
    expect(calls.made).toBe(0);
    expect((await test.ask('{ made again: made }')).body.data).toEqual({ made: 1, again: 1 });
    expect((await test.ask('{ made }')).body.data).toEqual({ made: 2 });
  });

  it('stand beside ours, which they cannot replace', async () => {
    const { app, contexts } = createLoaderApp();
    await using test = await startTestServer({ app });
    const token = await test.emulator.control.mintToken({ userId: test.emulator.people.ada.id });
    const { body } = await test.ask('{ made me { displayName } }', { token });
    expect(body.data).toEqual({ made: 1, me: { displayName: 'Ada Lovelace' } });
    expect(contexts).toHaveLength(1);
  });
});

describe('the schema of an app', () => {
  it('adds fields to our types, and to root types', () => {
    const app = defineApp({
      schema: (builder, { User }) => {
        builder.objectField(User, 'shoutedId', (t) => t.string({ resolve: ({ id }) => id.toUpperCase() }));
        builder.mutationField('nothing', (t) => t.boolean({ resolve: () => true }));
        builder.subscriptionField('never', (t) =>
          t.boolean({ subscribe: async function* () {}, resolve: () => true }),
        );
      },
    });
    const printed = printSchema(createSchema(app)).replaceAll(/ *""".*?"""\n/gs, '');
    expect(printed).toContain('shoutedId: String!');
    expect(printed).toMatch(/type Mutation {[^}]+ {2}nothing: Boolean!/);
    expect(printed).toContain('type Subscription {\n  meChanged: User\n  never: Boolean!\n}');
  });

  it('can be built twice: no type is kept between', () => {
    const app = defineApp<AppTypes>({
      schema: (builder) => builder.queryField('one', (t) => t.int({ resolve: () => 1 })),
    });
    expect(printSchema(createSchema(app))).toBe(printSchema(createSchema(app)));
  });
});

describe('a server without a port', () => {
  it('answers requests in process, and closes the sources of its app', async () => {
    await using emulator = await startEmulator();
    const closed: string[] = [];
    const app = defineApp<{ Sources: object }>({ sources: () => ({ notes: sourceOf('notes', closed) }) });
    const server = await createServer(app, { ...settingsOf(emulator), LOG_LEVEL: 'silent' });
    const { id } = emulator.people.ada;
    const answer = await server.fetch(
      new Request('http://localhost/graphql', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-stack-access-token': await emulator.control.mintToken({ userId: id }),
        },
        body: JSON.stringify({ query: '{ me { id } }' }),
      }),
    );
    expect(await answer.json()).toEqual({ data: { me: { id } } });
    await server.close();
    expect(closed).toEqual(['notes']);
  });

  it('rejects with every mistake in the environment', async () => {
    await expect(createServer({}, {})).rejects.toThrow(/STACK_PROJECT_ID[\s\S]*STACK_SECRET_SERVER_KEY/);
  });

  it('closes the sources where it cannot be created', async () => {
    await using emulator = await startEmulator();
    using folder = makeTempFolder();
    const manifest = join(folder.path, 'documents.json');
    writeFileSync(manifest, JSON.stringify({ old: '{ nickname }' }));
    const env = { ...settingsOf(emulator), LOG_LEVEL: 'silent', PERSISTED_DOCUMENTS: manifest };
    readConfig(env);
    const closed: string[] = [];
    const app = defineApp<{ Sources: object }>({ sources: () => ({ notes: sourceOf('notes', closed) }) });
    await expect(createServer(app, env)).rejects.toThrow('nickname');
    expect(closed).toEqual(['notes']);
  });
});
