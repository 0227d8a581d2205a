import { describe, expect, it } from 'vitest';
import { startTestServer } from '../../support/test-server.ts';

describe('what the tests ask', () => {
  it.each(['on', 'off'])('goes the way that they are run with: %s', async (way) => {
    await using test = await startTestServer({ env: { PREPARED_OPERATIONS: way } });
    let [requests, prepared] = [0, 0];
    test.services.events.subscribe(({ kind }) => {
      if (kind === 'request') requests += 1;
      if (kind === 'fast-path') prepared += 1;
    });
    const token = await test.emulator.control.mintToken({ userId: test.emulator.people.ada.id });
    for (const query of ['{ me { id } }', '{ me { email } }', '{ nothing }'])
      await test.ask(query, { token });
    expect({ requests, prepared }).toEqual({ requests: 3, prepared: way === 'on' ? 2 : 0 });
    expect(test.emulator.control.calls().profile).toBe(1);
    expect(test.logged.filter((line) => line.includes('"msg":"Request"'))).toHaveLength(3);
  });

  it.skipIf(process.env['PREPARED_OPERATIONS'] === 'off')('is the prepared one unless told', async () => {
    await using test = await startTestServer();
    expect(test.services.config.preparedOperations).toBe(true);
  });
});
