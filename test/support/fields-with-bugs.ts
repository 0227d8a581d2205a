// An app whose fields have typical bugs.
import { defineApp } from '#server';

/** What a resolver has access to. */
interface Reach {
  readonly name: () => Promise<string>;
  readonly token: string | undefined;
}

const bugs: Readonly<Record<string, (reach: Reach) => unknown>> = {
  readsNothing: () => (undefined as unknown as { readonly a: { readonly b: string } }).a.b,
  readsNameAsList: async ({ name }) => ((await name()) as unknown as readonly string[]).map(String),
  throwsText: () => {
    throw 'something went wrong';
  },
  throwsNothing: () => {
    throw undefined;
  },
  rejects: () => Promise.reject(new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') })),
  tellsToken: ({ token }) => {
    throw new Error(`No greeting for ${token}`);
  },
};

export const app = defineApp({
  schema: (builder) => {
    for (const [field, resolve] of Object.entries(bugs)) {
      builder.queryField(field, (t) =>
        t.withAuth({ authenticated: true }).string({
          nullable: true,
          args: { token: t.arg.string() },
          resolve: async (_root, { token }, { user, loaders }) => {
            const name = async () => (await loaders.profile.load(user.id)).displayName ?? '';
            return String(await resolve({ name, token: token ?? undefined }));
          },
        }),
      );
    }
  },
});
