import { buildSchema, parse, printSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createSubgraph, defineApp, entity, publicFieldsOf } from '#server';
import { app as example } from '../../../examples/gateway/app.ts';
import { auditFields } from '../../../src/graph/public-fields.ts';
import { createSchema } from '../../../src/server/app-schema.ts';
import { createSubgraphApp } from '../../support/subgraph-app.ts';
import { compose, ORDERS_SDL } from '../../support/supergraph.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key"])';

const BUILT_IN = ['ID', 'String', 'Int', 'Float', 'Boolean'];

describe('the text of a subgraph', () => {
  it('composes alone, and with a subgraph that extends User', async () => {
    const { sdl } = await createSubgraph({});
    expect(compose({ identity: { sdl } })).toContain('type User');
    const both = compose({ identity: { sdl }, orders: { sdl: ORDERS_SDL } });
    expect(both).toMatch(/orderCount: Int! @join__field\(graph: ORDERS\)/);
    expect(both).toMatch(/email: String @join__field\(graph: IDENTITY\)/);
  });

  it('composes with the entities of an app, and with its types that are none', async () => {
    const { sdl } = await createSubgraph(createSubgraphApp());
    expect(sdl.match(/^type (\w+)\s+@key\(fields: "id"\)/gm)).toHaveLength(4);
    const shelves = `${LINK} type Query { shelf: Shelf } type Shelf { product: Product! } type Product @key(fields: "id") { id: ID! weight: Int }`;
    expect(compose({ identity: { sdl }, shelves: { sdl: shelves } })).toContain('weight: Int');
    const plain = defineApp({
      schema: (builder) => {
        const Weather = builder.objectRef<object>('Weather').implement({
          fields: (t) => ({ sunny: t.boolean({ resolve: () => true }) }),
        });
        builder.queryField('weather', (t) => t.field({ type: Weather, resolve: () => ({}) }));
      },
    });
    const { sdl: withWeather } = await createSubgraph(plain);
    expect(compose({ identity: { sdl: withWeather }, orders: { sdl: ORDERS_SDL } })).toContain(
      'type Weather',
    );
  });

  it('composes with the app that the docs show', async () => {
    const { sdl } = await createSubgraph(example);
    expect(compose({ identity: { sdl }, orders: { sdl: ORDERS_SDL } })).toMatch(/type Review\s+@join__type/);
  });

  it('composes with a subgraph that has the same value type, where an app says that it is shareable', async () => {
    const appWith = (extensions: Readonly<Record<string, unknown>>) =>
      defineApp({
        schema: (builder) => {
          const Money = builder.objectRef<object>('Money').implement({
            extensions,
            fields: (t) => ({ amount: t.int({ resolve: () => 1 }) }),
          });
          builder.queryField('price', (t) => t.field({ type: Money, resolve: () => ({}) }));
        },
      });
    const other =
      'extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@shareable"]) type Query { cost: Money } type Money @shareable { amount: Int! }';
    const composeWith = async (extensions: Readonly<Record<string, unknown>>) =>
      compose({ identity: await createSubgraph(appWith(extensions)), other: { sdl: other } });
    expect(await composeWith({ directives: [{ name: 'shareable' }] })).toContain('type Money');
    await expect(composeWith({})).rejects.toThrow(/shareable/);
  });

  it('does not compose with a subgraph that says something else of User', async () => {
    const { sdl } = await createSubgraph({});
    const other = `${LINK} type Query { x: User } type User @key(fields: "id") { id: ID! email: Int }`;
    expect(() => compose({ identity: { sdl }, other: { sdl: other } })).toThrow(/email/);
  });

  it('has the types of the schema without FEDERATION, but for the subscription', async () => {
    const { sdl } = await createSubgraph({});
    const document = parse(sdl);
    const names = document.definitions.flatMap((each) =>
      'name' in each && each.name ? [each.name.value] : [],
    );
    expect(names).toEqual(
      expect.arrayContaining(
        Object.keys(buildSchema(printSchema(createSchema({}))).getTypeMap()).filter(
          (name) => !name.startsWith('__') && !BUILT_IN.includes(name) && name !== 'Subscription',
        ),
      ),
    );
    // Nor is there a root type without fields.
    expect(names).not.toContain('Subscription');
    expect(names.filter((name) => name.startsWith('_'))).toEqual([]);
  });

  it('is not built where an entity has no id', async () => {
    const app = defineApp({
      schema: (builder) => {
        builder.objectRef<object>('Lost').implement({
          extensions: entity(() => null),
          fields: (t) => ({ name: t.string({ resolve: () => '' }) }),
        });
      },
    });
    await expect(createSubgraph(app)).rejects.toThrow(/Lost.*id/s);
    expect(() => createSchema(app)).not.toThrow();
  });
});

describe('the audit of a subgraph', () => {
  it('knows that representations reach public entities, and the id alone of users', async () => {
    const { schema } = await createSubgraph(createSubgraphApp());
    expect([...publicFieldsOf(schema)].sort()).toEqual([
      'Copy.id',
      'Product.id',
      'Query._entities',
      'Query._service',
      'User.greeting',
      'User.id',
      '_Service.sdl',
    ]);
    const { guardedFields } = auditFields((await createSubgraph({})).schema);
    expect(guardedFields).toHaveProperty(['User.email'], 'decided by the type');
  });
});
