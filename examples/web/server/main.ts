// The development server with the example's own field. `src/dev.ts` runs it, anew after each change.
import './greeting.ts';

// Builds the schema of all that is defined by now.
await import('../../../src/dev/dev-server.ts');
