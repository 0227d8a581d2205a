// The doctor of a checkout: with the .env that `npm run dev` reads.
import { runDoctor } from '../cli/doctor/command.ts';
import { readEnvFile } from './env-file.ts';

const envFile = readEnvFile();
const { stdin, stdout, stderr } = process;
const env = { ...envFile?.variables, ...process.env };
// The SDK of OpenTelemetry reads its variables there.
Object.assign(process.env, env);
process.exitCode = await runDoctor(process.argv.slice(2), { env, stdin, stdout, stderr, envFile });
