// A process with an auth that it never closes.
import { createAuth } from '../../src/library/index.ts';

const auth = createAuth(JSON.parse(process.env['SETTINGS'] ?? '{}'));
const principal = await auth.authenticate({ authorization: `Bearer ${process.env['TOKEN']}` });
if (principal) process.stdout.write(`${(await auth.profile(principal)).displayName}\n`);
