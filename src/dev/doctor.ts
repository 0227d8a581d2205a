// The doctor of a checkout: with the .env that `npm run dev` reads.
import { existsSync } from 'node:fs';
import { runDoctor } from '../cli/doctor/command.ts';

if (existsSync('.env')) process.loadEnvFile('.env');
process.exitCode = await runDoctor(process.argv.slice(2), process);
