// `src/main.ts` without what a team has in src/app. Bundled for tests.
import { serve } from '../../src/cli/serve.ts';

await serve({}, { env: process.env });
