// A process with an auth that it never closes.
import { createAuth } from '../../src/library/index.ts';

// Fires only where something else keeps the process alive, which then does not outlive the test.
setTimeout(() => process.exit(1), 10_000).unref();

const auth = createAuth(JSON.parse(process.env['SETTINGS'] ?? '{}'));
const principal = await auth.authenticate({ authorization: `Bearer ${process.env['TOKEN']}` });
if (principal) process.stdout.write(`${(await auth.profile(principal)).displayName}\n`);
