import { describe, expect, it } from 'vitest';
import { VARIABLES } from '../../src/core/config/variables.ts';
import { acceptedBy } from '../../tools/docs/variables-table.ts';
import { startTestServer } from '../support/test-server.ts';

const RANGE = /^a (?:whole number|number of seconds) from ([\d.]+)(?: to (\d+))?/;

/** The least and the largest value of each variable that is a number. */
const RANGES = VARIABLES.flatMap(({ name, parser }) => {
  const [, least, largest = String(Number.MAX_SAFE_INTEGER)] = RANGE.exec(acceptedBy(parser)) ?? [];
  return least === undefined || name.endsWith('PORT') ? [] : [{ name, least, largest }];
});

describe('the server', () => {
  it.each(
    RANGES.flatMap(({ name, least, largest }) => [
      [name, least],
      [name, largest],
    ]),
  )('starts with %s=%s, which it says it accepts', async (name, value) => {
    await using test = await startTestServer({ env: { [name]: value } });
    expect((await test.fetch('/health')).status).toBe(200);
  });

  it('has such variables', () => {
    expect(RANGES.length).toBeGreaterThan(25);
  });
});
