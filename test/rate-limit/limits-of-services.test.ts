import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { readConfig } from '../../src/core/config/config.ts';
import { AppError } from '../../src/core/errors.ts';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { startServices } from '../../src/process/services.ts';
import { describeRedis, openRedis } from '../support/redis.ts';
import { createTestLog } from '../support/test-log.ts';
import { settingsOf } from '../support/test-server.ts';
import { until } from '../support/until.ts';

describeRedis('processes with one REDIS_URL', () => {
  it('share the budget of a user', async () => {
    await using redis = await openRedis();
    await using emulator = await startEmulator();
    const config = readConfig({ ...settingsOf(emulator), REDIS_URL: redis.url, RATE_LIMIT: '100' });
    const start = () => startServices({ config, logger: createTestLog().logger });
    const [one, other] = [start(), start()];
    const signIn = async ({ authenticate }: typeof one, userId: string) => {
      const token = await emulator.control.mintToken({ userId });
      return async () => authenticate((name) => (name === 'x-stack-access-token' ? token : undefined));
    };
    const isRefused = (error: unknown) => error instanceof AppError && error.code === 'RATE_LIMITED';
    const shared = until('a refusal at the other process', async () => {
      // Another user each time: Redis has not told its time at first, and a minute may end meanwhile.
      const { id } = emulator.control.createUser({});
      const [atOne, atOther] = [await signIn(one, id), await signIn(other, id)];
      await Promise.allSettled(Array.from({ length: 100 }, atOne));
      // Half of the budget that the other process would have alone.
      for (let admitted = 0; admitted < 50; admitted += 1) {
        if (isRefused(await atOther().catch((reason: unknown) => reason))) return true;
        await sleep(20);
      }
      return false;
    });
    await expect(shared).resolves.toBe(true);
    await Promise.all([one.close(), other.close()]);
  });
});
