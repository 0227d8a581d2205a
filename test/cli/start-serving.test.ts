import { describe, expect, it } from 'vitest';
import { startServing } from '../../src/cli/start-serving.ts';
import { startEmulator } from '../../src/emulator/emulator.ts';

describe('a server that listens', () => {
  it('closes once, also where a signal comes while its owner closes it', async () => {
    await using emulator = await startEmulator();
    const closed: string[] = [];
    const source = { close: () => void closed.push('source') };
    const { close, logOutput } = await startServing(
      { sources: () => ({ source }) as object },
      {
        env: {
          STACK_PROJECT_ID: emulator.projectId,
          STACK_SECRET_SERVER_KEY: emulator.secretServerKey,
          STACK_API_URL: emulator.url,
          HOST: '127.0.0.1',
          PORT: '0',
          LOG_LEVEL: 'silent',
        },
      },
    );
    await Promise.all([close(0), close(5_000)]);
    await logOutput.end(0);
    expect(closed).toEqual(['source']);
  });
});
