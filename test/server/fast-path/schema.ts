import { GraphQLError } from 'graphql';
import { AppError } from '../../../src/core/errors.ts';
import { createBuilder } from '../../../src/graph/builder.ts';

/** A schema with arguments of all kinds, errors of all kinds, and profile fields. */
export function createWideSchema() {
  const builder = createBuilder();
  const Colour = builder.enumType('Colour', { values: ['RED', 'GREEN', 'DARK_BLUE'] as const });
  const Point = builder.inputType('Point', {
    fields: (t) => ({ x: t.int({ required: true }), y: t.float(), label: t.string({ defaultValue: 'p' }) }),
  });
  const Item = builder.objectRef<{ readonly n: number }>('Item').implement({
    fields: (t) => ({
      n: t.exposeInt('n'),
      odd: t.boolean({
        resolve: ({ n }) => {
          if (n === 3) throw new AppError('Three', { code: 'FORBIDDEN' });
          return n % 2 === 1;
        },
      }),
      maybe: t.string({ nullable: true, resolve: ({ n }) => (n === 1 ? null : `item ${n} "é\u2028`) }),
    }),
  });
  const Me = builder.objectRef<{ readonly id: string }>('Me').implement({
    fields: (t) => ({
      id: t.exposeID('id'),
      displayName: t.string({
        nullable: true,
        resolve: async ({ id }, _args, { loaders }) => (await loaders.profile.load(id)).displayName,
      }),
      email: t.string({
        nullable: true,
        resolve: async ({ id }, _args, { loaders }) => (await loaders.profile.load(id)).email,
      }),
    }),
  });
  builder.queryType({
    fields: (t) => ({
      me: t.withAuth({ authenticated: true }).field({
        type: Me,
        nullable: true,
        resolve: (_root, _args, { user }) => ({ id: user.id }),
      }),
      member: t.withAuth({ member: true }).string({ nullable: true, resolve: () => 'member' }),
      echo: t.string({
        nullable: true,
        args: {
          int: t.arg.int(),
          float: t.arg.float(),
          string: t.arg.string(),
          yes: t.arg.boolean(),
          id: t.arg.id(),
          colour: t.arg({ type: Colour }),
          point: t.arg({ type: Point }),
          list: t.arg.intList(),
        },
        resolve: (_root, args) => JSON.stringify(args),
      }),
      items: t.field({
        type: [Item],
        nullable: true,
        args: { first: t.arg.int({ required: true }) },
        extensions: {
          complexity: ({ args, childComplexity }: { args: { first: number }; childComplexity: number }) =>
            args.first * childComplexity,
        },
        resolve: (_root, { first }) =>
          Array.from({ length: Math.min(Math.max(first, 0), 20) }, (_, n) => ({ n })),
      }),
      uncountable: t.string({
        nullable: true,
        args: { n: t.arg.int() },
        extensions: {
          complexity: ({ args }: { readonly args: { readonly n?: number | null } }) => {
            if (args.n === 1) throw new TypeError('a bug of whoever counts');
            return 1;
          },
        },
        resolve: () => 'counted',
      }),
      unspeakable: t.string({
        nullable: true,
        args: { yes: t.arg.boolean() },
        resolve: (_root, { yes }) => {
          throw new GraphQLError('no JSON', { extensions: { code: 'OWN', big: yes ? 1n : 1 } });
        },
      }),
      bug: t.string({
        nullable: true,
        resolve: () => {
          throw new TypeError('a bug');
        },
      }),
      lateBug: t.string({ resolve: () => Promise.reject(new RangeError('a late bug')) }),
      own: t.string({
        nullable: true,
        resolve: () => {
          throw new GraphQLError('own', {
            extensions: { code: 'OWN', http: { status: 418 }, more: [1, { a: null }] },
          });
        },
      }),
      plain: t.string({
        nullable: true,
        resolve: () => {
          throw new GraphQLError('plain');
        },
      }),
      nothing: t.string({ resolve: () => null as unknown as string }),
    }),
  });
  builder.mutationType({
    fields: (t) => ({
      double: t.int({ args: { n: t.arg.int({ required: true }) }, resolve: (_root, { n }) => n * 2 }),
    }),
  });
  return builder.toSchema();
}
