// Loaded before a server: SIGUSR2 starts a CPU profile, the next one writes it to PROFILE_FILE and ends the process.
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

const session = new Session();
session.connect();
let started = false;

process.on('SIGUSR2', async () => {
  if (!started) {
    started = true;
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
    return;
  }
  const { profile } = await session.post('Profiler.stop');
  writeFileSync(process.env.PROFILE_FILE, JSON.stringify(profile));
  process.exit(0);
});
