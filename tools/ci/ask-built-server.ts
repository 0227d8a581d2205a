// Starts dist/main.js as an operator would, in bare Node, against the emulator; asks it; ends it by SIGTERM.
import { equal } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startEmulator } from '../../src/emulator/emulator.ts';

const emulator = await startEmulator();
const server = spawn(process.execPath, ['dist/main.js'], {
  env: {
    STACK_PROJECT_ID: emulator.projectId,
    STACK_SECRET_SERVER_KEY: emulator.secretServerKey,
    STACK_API_URL: emulator.url,
    HOST: '127.0.0.1',
    PORT: '0',
    SHUTDOWN_DELAY: '0',
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const exited = once(server, 'exit');
const [line] = await once(server.stdout, 'data');
const { url } = JSON.parse(String(line));

const { id, email } = emulator.people.ada;
const token = await emulator.control.mintToken({ userId: id });
// Twice: the first is prepared by Yoga, the second goes the short way.
for (let n = 0; n < 2; n += 1) {
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-stack-access-token': token },
    body: JSON.stringify({ query: '{ me { id email } }' }),
  });
  equal(await answer.text(), JSON.stringify({ data: { me: { id, email } } }));
}

server.kill('SIGTERM');
const [code] = await exited;
equal(code, 0);
await emulator.close();
process.stdout.write('The built server answered and ended with code 0\n');
