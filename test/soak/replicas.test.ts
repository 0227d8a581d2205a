import { describe, expect, it } from 'vitest';
import type { Person, Told } from '../../soak/load/people.ts';
import type { Question } from '../../soak/load/questions.ts';
import { createProviderHistory } from '../../soak/provider/provider-history.ts';
import { createJudge } from '../../soak/verdict/judge.ts';

/** A judge, and what it says of a name that replica 0 shows now. The person has had the second one for five seconds. */
function startTrial() {
  const history = createProviderHistory();
  const now = Date.now();
  const session = { token: 'a token', issuedAt: 0, renewAt: 0, generation: 0 };
  const told: Told[] = [];
  const person: Person = {
    ...{ id: 'P', mark: 'P', address: '10.0.0.1', isAnonymous: false, isRestricted: false },
    ...{ versions: [0, now - 5_000], deletedAt: undefined, told, session },
  };
  const judge = createJudge({ history, profileTtl: 60_000 });
  const tell = (replica: number, ago: number, isDeleted = false) =>
    void told.push({ replica, version: 2, isDeleted, at: now - ago });
  const show = (displayName: string) => {
    const question: Question = {
      ...{ kind: 'profile', method: 'POST', path: '/graphql', headers: {}, body: '' },
      ...{ asker: { person, session }, refusals: [] },
    };
    const reading = { outcome: 'data', fieldCodes: [], users: [{ id: 'P', displayName }] };
    return judge({ question, reading, span: { from: now, to: now + 10 }, replica: 0 });
  };
  const trouble = (partsReplicas: boolean) =>
    history.begin({ name: 'a trouble', fieldCodes: [], hidesKeys: false, partsReplicas });
  return { tell, show, trouble };
}

describe('the judge of replicas', () => {
  it('permits an old name of which nothing tells', () => {
    expect(startTrial().show('P v1')).toBeUndefined();
  });

  it.each([
    ['at once, where the replica was told itself', 0, 10],
    ['a second after another replica was told', 1, 1_100],
  ])('finds an old name %s', (_when, replica, ago) => {
    const { tell, show } = startTrial();
    tell(replica, ago);
    expect(show('P v1')).toContain('a name from before an event');
    expect(show('P v2')).toBeUndefined();
  });

  it('permits an old name within a second after another replica was told', () => {
    const { tell, show } = startTrial();
    tell(1, 900);
    expect(show('P v1')).toBeUndefined();
  });

  it('permits an old name while replicas cannot hear of each other', () => {
    const { tell, show, trouble } = startTrial();
    tell(1, 3_000);
    trouble(true);
    expect(show('P v1')).toBeUndefined();
  });

  it('finds a stale name from before an event while the provider fails', () => {
    const { tell, show, trouble } = startTrial();
    tell(0, 3_000);
    trouble(false);
    expect(show('P v1')).toContain('a name from before an event');
  });

  it('finds a profile of a user whose deletion was told', () => {
    const { tell, show } = startTrial();
    tell(0, 10, true);
    expect(show('P v2')).toContain('whose deletion was told');
  });
});
