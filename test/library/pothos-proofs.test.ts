// The proofs of scopes and mutations, asked once more of a team's own builder.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whenItChanges, whoPasses } from '../graph/provider-scopes/proof.ts';
import { CASES } from '../identity/mutations/cases.ts';
import { findViolations } from '../identity/mutations/proof.ts';
import { createClock } from '../support/clock.ts';
import { createTeamListener, createTeamSchema } from '../support/team-graph.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

describe('our scopes on a builder of a team', () => {
  it.each([
    ['let pass whom they name', whoPasses],
    ['follow what is granted and taken away', whenItChanges],
  ])('%s', async (_what, violations) => {
    const clock = createClock();
    const listener = createTeamListener(createTeamSchema());
    await using test = await startTestServer({ clock, listener });
    expect(await violations({ test, clock })).toEqual([]);
  });
});

describe('our mutations on a builder of a team', () => {
  let test: TestServer;
  beforeAll(async () => {
    const listener = createTeamListener(createTeamSchema());
    test = await startTestServer({ env: { RATE_LIMIT: '100000' }, listener });
  });
  afterAll(() => test[Symbol.asyncDispose]());

  it('are done for whom they are meant, and change nothing else', async () => {
    expect(await findViolations(test, CASES)).toEqual([]);
  });
});
