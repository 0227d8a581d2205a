// The emulator of the development process, with the ids, keys and port of its last start.
import { type Emulator, startEmulator } from '../emulator/emulator.ts';
import type { KeptEmulator } from './emulator-file.ts';

/** The same at every start: browsers keep cookies by project, and would collect them. */
const PROJECT_ID = 'e3a1c2f0-5d1b-4c7e-9a66-0d2b8f4c7e10';

/** Starts it on its port, or on any other where that is in use: then `isElsewhere`, and tokens of before are not valid. */
export async function startKeptEmulator({
  secret,
  port,
}: KeptEmulator): Promise<{ readonly emulator: Emulator; readonly isElsewhere: boolean }> {
  const options = { projectId: PROJECT_ID, secret };
  try {
    return { emulator: await startEmulator({ ...options, port }), isElsewhere: false };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    return { emulator: await startEmulator(options), isElsewhere: true };
  }
}
