// A port to listen on.
import { once } from 'node:events';
import { createServer } from 'node:net';

const HOST = '127.0.0.1';

/** The port that the variable sets, or `usual`, or any other where that is in use. A port that is set and in use ends the process. */
export async function portOrExit(variable: string, usual: number): Promise<number> {
  const set = process.env[variable];
  if (set) {
    const wanted = Number(set);
    if (wanted === 0 || (await findPort(wanted)) !== undefined) return wanted;
    process.stderr.write(`Port ${set} is in use: set ${variable} to another\n`);
    process.exit(1);
  }
  const found = await findPort(usual);
  if (found !== undefined) return found;
  process.stdout.write(`Port ${usual} is in use, so another one is taken. ${variable} sets it\n`);
  return (await findPort(0)) ?? 0;
}

/** The port where it is free, a free one for 0; undefined where it is in use. */
async function findPort(wanted: number): Promise<number | undefined> {
  const probe = createServer();
  try {
    probe.listen(wanted, HOST);
    await once(probe, 'listening');
  } catch {
    return undefined;
  }
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return address === null || typeof address === 'string' ? undefined : address.port;
}
