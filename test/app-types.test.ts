// Mistakes in an app that the compiler finds: `tsc` fails where one of the lines below is no error any more.
import { expect, it } from 'vitest';
import { type Builder, createSchema, defineApp, type Rule } from '#server';

interface Types {
  readonly Sources: { readonly store: { find(id: string): string } };
  readonly Loaders: object;
  readonly Scopes: { readonly owner: string };
}

const owner: Rule<string, Types> = {
  reason: 'NOT_OWNER',
  message: 'This belongs to another user',
  check: (id, { user, sources }) => sources.store.find(id) === user.id,
};

it('mistakes of an app are found by the compiler', () => {
  const app = defineApp<Types>({
    scopes: { owner },
    sources: () => ({ store: { find: (id) => id } }),
    schema: (builder) => addFields(builder),
  });
  expect(createSchema(app).getQueryType()?.getFields()).toHaveProperty('guarded');

  // @ts-expect-error: no rule for the scope `owner`
  defineApp<Types>({ scopes: {} });
  // @ts-expect-error: the value of `owner` is a string
  defineApp<Types>({ scopes: { owner: { ...owner, check: (id: number) => id === 1 } } });
  // @ts-expect-error: no source of the name `store`
  defineApp<Types>({ sources: () => ({}) });
});

function addFields(builder: Builder<Types>): void {
  builder.queryFields((t) => ({
    guarded: t.withAuth({ owner: 'a' }).string({
      resolve: (_root, _args, { user, sources }) => sources.store.find(user.id),
    }),
    // @ts-expect-error: without a scope the user may be undefined
    bare: t.string({ resolve: (_root, _args, { user }) => user.id }),
    // @ts-expect-error: no scope has this name
    misnamed: t.string({ authScopes: { onwer: 'a' }, resolve: () => '' }),
    // @ts-expect-error: the value of `owner` is a string
    mistyped: t.string({ authScopes: { owner: 1 }, resolve: () => '' }),
    // @ts-expect-error: no source has this name
    sourceless: t.string({ resolve: (_root, _args, { sources }) => sources.stroe.find('a') }),
  }));
}
