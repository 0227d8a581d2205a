import { describe, expect, it } from 'vitest';
import { createBuilder } from '../../src/graph/builder.ts';
import { auditFields } from '../../src/graph/public-fields.ts';

describe('the audit of fields', () => {
  it('finds every field without a scope, and those that are reached through it', () => {
    const builder = createBuilder();
    const Inner = builder.objectRef<object>('Inner').implement({
      fields: (t) => ({ open: t.string({ resolve: () => '' }) }),
    });
    const Hidden = builder.objectRef<object>('Hidden').implement({
      fields: (t) => ({ never: t.string({ resolve: () => '' }) }),
    });
    builder.queryType({
      fields: (t) => ({
        bare: t.string({ resolve: () => '' }),
        empty: t.string({ authScopes: {}, resolve: () => '' }),
        outer: t.field({ type: [Inner], resolve: () => [] }),
        guarded: t.field({ type: Hidden, authScopes: { member: true }, resolve: () => ({}) }),
        decided: t.string({ authScopes: () => ({ member: true }), resolve: () => '' }),
      }),
    });
    expect(auditFields(builder.toSchema())).toEqual({
      publicFields: ['Query.bare', 'Query.empty', 'Query.outer', 'Inner.open'],
      guardedFields: { 'Query.guarded': { member: true }, 'Query.decided': 'decided by the field' },
    });
  });

  it('goes through unions and interfaces', () => {
    const builder = createBuilder();
    const Animal = builder.interfaceRef<object>('Animal').implement({
      fields: (t) => ({ name: t.string({ resolve: () => '' }) }),
    });
    const Cat = builder.objectRef<object>('Cat').implement({
      interfaces: [Animal],
      isTypeOf: () => true,
      fields: (t) => ({ purrs: t.boolean({ resolve: () => true }) }),
    });
    const Pet = builder.unionType('Pet', { types: [Cat], resolveType: () => 'Cat' });
    builder.queryType({ fields: (t) => ({ pet: t.field({ type: Pet, resolve: () => ({}) }) }) });
    builder.mutationType({ fields: (t) => ({ adopt: t.field({ type: Animal, resolve: () => ({}) }) }) });
    const { publicFields } = auditFields(builder.toSchema());
    expect([...publicFields].sort()).toEqual(['Cat.name', 'Cat.purrs', 'Mutation.adopt', 'Query.pet']);
  });
});
