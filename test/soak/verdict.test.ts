import { describe, expect, it } from 'vitest';
import { createProviderHistory } from '../../soak/provider/provider-history.ts';
import { NEWCOMER } from '../../soak/provider/troubles.ts';
import { createTally } from '../../soak/verdict/tally.ts';
import { verdictOf } from '../../soak/verdict/verdict.ts';

const UNTOLD = 'the one user whom the provider fails was never told so';

/** The verdict on a run with one trouble, in which a profile of the failing user was answered like this. */
function verdictOn(trouble: string, fieldCodes: readonly string[]): readonly string[] {
  const history = createProviderHistory();
  history.begin({ name: trouble, fieldCodes: [], hidesKeys: false });
  const tally = createTally();
  tally.note({
    question: {
      ...{ kind: 'failing', method: 'POST', path: '/graphql', headers: {}, body: '' },
      ...{ asker: undefined, refusals: [] },
    },
    reading: { outcome: 'data', fieldCodes, users: [] },
    span: { from: 0, to: 0 },
  });
  const options = { minutes: 1, rate: 10, connections: 1, seed: 1, only: '', replicas: 1 };
  return verdictOf({ options, tally, history, looks: [], atTheEnd: undefined, ended: '0' });
}

describe('the verdict on a run in which the provider failed one user', () => {
  it('needs an answer that says so, where the server did not know the user', () => {
    expect(verdictOn(`${NEWCOMER}: status 500`, [])).toContain(UNTOLD);
    expect(verdictOn(`${NEWCOMER}: status 500`, ['UPSTREAM_UNAVAILABLE'])).not.toContain(UNTOLD);
    expect(verdictOn(`${NEWCOMER}: 429`, ['UPSTREAM_RATE_LIMITED'])).not.toContain(UNTOLD);
  });

  it('needs none where a stale profile may be shown, or where the provider failed all', () => {
    for (const trouble of ['one user: status 500', 'profile: status 500'])
      expect(verdictOn(trouble, [])).not.toContain(UNTOLD);
  });
});
