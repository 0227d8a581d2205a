// The production process as tests start it: `src/main.ts` with our own types, or with the app of the file that `TEST_APP`
// names, and never with what a team has in src/app.
import { serve } from '../../src/cli/serve.ts';
import type { App } from '../../src/server/app.ts';

const { TEST_APP: file } = process.env;
const { app } = file ? ((await import(file)) as { readonly app: App }) : { app: {} };
await serve(app, { env: process.env });
