// Settings that are fixed when the app is built or served. They are part of the page, so none of them may be secret.

/** The provider and the server that the app uses. */
export interface Settings {
  readonly projectId: string;
  readonly publishableClientKey: string | undefined;
  /** `undefined`: the default of the SDK. */
  readonly providerUrl: string | undefined;
  readonly graphqlUrl: string;
  /** Initial values of the sign-in form, for development. */
  readonly demo: { readonly email: string; readonly password: string };
}

// The build replaces exactly this expression.
const env = import.meta.env;

/** The settings, or `undefined` where no project is set. */
export const settings: Settings | undefined = env.VITE_STACK_PROJECT_ID
  ? {
      projectId: env.VITE_STACK_PROJECT_ID,
      publishableClientKey: env.VITE_STACK_PUBLISHABLE_CLIENT_KEY || undefined,
      providerUrl: env.VITE_STACK_API_URL || undefined,
      graphqlUrl: env.VITE_GRAPHQL_URL || 'http://127.0.0.1:4000/graphql',
      demo: { email: env.VITE_DEMO_EMAIL ?? '', password: env.VITE_DEMO_PASSWORD ?? '' },
    }
  : undefined;
