import type { Builder } from '#server';
import type { AppTypes } from '../types.ts';

/** Adds `Motto` and `Query.motto`. */
export function addMotto(builder: Builder<AppTypes>): void {
  const Motto = builder.objectRef<{ readonly text: string }>('Motto').implement({
    fields: (t) => ({ text: t.exposeString('text') }),
  });
  builder.queryField('motto', (t) =>
    t.withAuth({ authenticated: true }).field({
      type: Motto,
      nullable: true,
      resolve: () => ({ text: 'Onwards' }),
    }),
  );
}
