// The development process: the server, restarted on every change, and the emulator where no project is set. An app other
// than src/app is given by `--app`, such as `npm run dev -- --app examples/notes`.
import { runDevelopment } from './dev/development.ts';

await runDevelopment(process.argv.slice(2));
