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
    const token = await emulator.control.mintToken({ userId: emulator.people.ada.id });
    const header = (name: string) => (name === 'x-stack-access-token' ? token : undefined);
    const ask = async ({ authenticate }: typeof one) => authenticate(header);
    await until('the keys', async () => (await ask(one)) && ask(other));
    let admitted = 0;
    await until('a refusal at the other process', async () => {
      // All of the budget each time, since a minute of Redis may end meanwhile.
      await Promise.allSettled(Array.from({ length: 100 }, () => ask(one)));
      const error = await ask(other).catch((reason: unknown) => reason);
      if (error instanceof AppError) return error.code === 'RATE_LIMITED';
      admitted += 1;
      return false;
    });
    expect(admitted).toBeLessThan(100);
    await Promise.all([one.close(), other.close()]);
  });
});
