import {
  type ASTVisitor,
  GraphQLError,
  parse,
  type ValidationContext,
  type ValidationRule,
  validate,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { createServer } from '#server';
import { NoServiceRule } from '../../../src/documents/no-service-rule.ts';
import { startEmulator } from '../../../src/emulator/emulator.ts';
import { createSubgraph } from '../../../src/server/subgraph.ts';
import { createSubgraphApp } from '../../support/subgraph-app.ts';
import { settingsOf, startTestServer } from '../../support/test-server.ts';

/** Documents that ask for the SDL, or whether there is one. */
const ASKING = [
  '{ _service { sdl } }',
  '{ sdl: _service { sdl } }',
  '{ me: _service { id: sdl } }',
  '{ _service { __typename } }',
  '{ ... { _service { sdl } } }',
  '{ ... on Query { a: _service { b: sdl } } }',
  '{ ...F } fragment F on Query { _service { sdl } }',
  '{ ...G } fragment F on Query { x: _service { ...H } } fragment G on Query { ...F } fragment H on _Service { sdl }',
  '{ me { id } ... @include(if: true) { me: __typename y: _service { sdl } } }',
  'query A { me { id } } query B { _service { sdl } }',
  '{ _service @skip(if: true) { sdl } }',
];

describe('_service', () => {
  it('is answered with the text that the schema is printed as, where introspection is on', async () => {
    const { sdl } = await createSubgraph({});
    await using test = await startTestServer({ env: { FEDERATION: 'on', INTROSPECTION: 'on' } });
    const { body } = await test.ask('{ _service { sdl } }');
    expect(body).toEqual({ data: { _service: { sdl } } });
    expect(sdl).toMatch(/^type User\s+@key\(fields: "id"\)/m);
    expect(sdl).not.toMatch(/type Subscription/);
  });

  it('is hidden with introspection, under every alias and fragment', async () => {
    await using test = await startTestServer({ env: { FEDERATION: 'on' } });
    for (const query of [...ASKING, '{ _servic { sdl } }']) {
      const { body } = await test.ask(query);
      expect(body, query).not.toHaveProperty('data');
      // That of two operations none is named is found first.
      const code = query.includes('query B') ? 'BAD_REQUEST' : 'GRAPHQL_VALIDATION_FAILED';
      expect(body.errors?.[0]?.extensions['code'], query).toBe(code);
      expect(JSON.stringify(body), query).not.toMatch(/@key|Did you mean/);
    }
  });

  it.each(['on', 'off'])(
    'is part of the server that an app is served by, with FEDERATION=%s',
    async (FEDERATION) => {
      const emulator = await startEmulator();
      const env = { ...settingsOf(emulator), FEDERATION, INTROSPECTION: 'on', LOG_LEVEL: 'silent' };
      const { schema, close } = await createServer(createSubgraphApp(), env);
      await close();
      await emulator.close();
      expect(Object.hasOwn(schema.getQueryType()?.getFields() ?? {}, '_service')).toBe(FEDERATION === 'on');
      expect(schema.getType('_Entity')?.toString()).toBe(FEDERATION === 'on' ? '_Entity' : undefined);
    },
  );

  it('does not exist without FEDERATION', async () => {
    await using test = await startTestServer({ env: { INTROSPECTION: 'on' } });
    for (const query of ['{ _service { sdl } }', '{ _entities(representations: []) { __typename } }']) {
      const { body } = await test.ask(query);
      expect(body.errors?.[0]?.message).toMatch(/^Cannot query field "_/);
    }
  });
});

describe('the rule that hides _service', () => {
  const missedBy = async (rule: ValidationRule) => {
    const { schema } = await createSubgraph({});
    return ASKING.filter((text) => validate(schema, parse(text), [rule]).length === 0);
  };
  const planted =
    (create: (context: ValidationContext, refuse: () => void) => ASTVisitor): ValidationRule =>
    (context) =>
      create(context, () => context.reportError(new GraphQLError('refused')));

  it('misses no document, and refuses no other', async () => {
    expect(await missedBy(NoServiceRule)).toEqual([]);
    const { schema } = await createSubgraph({});
    const others = [
      '{ _service: me { id } }',
      '{ me { sdl: id } }',
      '{ __typename }',
      '{ ...F } fragment F on Query { me { id } }',
    ];
    for (const text of others) expect(validate(schema, parse(text), [NoServiceRule]), text).toEqual([]);
  });

  it.each<[string, ValidationRule]>([
    [
      'response names in place of names',
      planted((_context, refuse) => ({
        Field: ({ alias, name }) => {
          if ((alias ?? name).value === '_service') refuse();
        },
      })),
    ],
    [
      'only the fields that an operation selects itself',
      planted((_context, refuse) => ({
        OperationDefinition: ({ selectionSet }) => {
          if (selectionSet.selections.some((each) => each.kind === 'Field' && each.name.value === '_service'))
            refuse();
        },
      })),
    ],
    [
      'only the field sdl',
      planted((_context, refuse) => ({
        Field: ({ name }) => {
          if (name.value === 'sdl') refuse();
        },
      })),
    ],
  ])('is found wanting where it looks at %s', async (_fault, rule) => {
    expect(await missedBy(rule)).not.toEqual([]);
  });
});
