// What differs from place to place, set when the app is built or served. None of it is secret: all of it is in the page.

/** Where the app finds the provider and the server. */
export interface Settings {
  readonly projectId: string;
  readonly publishableClientKey: string | undefined;
  /** `undefined`: where the SDK finds the provider by itself. */
  readonly providerUrl: string | undefined;
  readonly graphqlUrl: string;
  /** Somebody to sign in with in development. */
  readonly demo: { readonly email: string; readonly password: string };
}

// Spelled as it is: the build replaces exactly this.
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
