import { describe, expect, it } from 'vitest';
import type { Person } from '../../soak/load/people.ts';
import type { Question } from '../../soak/load/questions.ts';
import { createProviderHistory } from '../../soak/provider/provider-history.ts';
import { createJudge } from '../../soak/verdict/judge.ts';

const LIMITED = 'UPSTREAM_RATE_LIMITED';
const UNAVAILABLE = 'UPSTREAM_UNAVAILABLE';

function createPerson(id: string): Person {
  const session = { token: 'a token', issuedAt: 0, renewAt: 0, generation: 0 };
  return {
    ...{ id, mark: id, address: '10.0.0.1', isAnonymous: false, isRestricted: false },
    ...{ versions: [0, Date.now() - 20_000], deletedAt: undefined, told: [], session },
  };
}

/** A judge of a provider that fails one user, and what it says of an answer to a user so many milliseconds later. */
function startTrial(code: string) {
  const history = createProviderHistory();
  const [failing, other] = [createPerson('F'), createPerson('O')];
  const trouble = history.begin({
    name: 'one user',
    fieldCodes: [code],
    hidesKeys: false,
    userId: failing.id,
  });
  const judge = createJudge({ history, profileTtl: 2_000 });
  const say = (person: Person, after: number, answer: { readonly code?: string; readonly name?: string }) => {
    const at = trouble.from + after;
    const session = { token: 'a token', issuedAt: 0, renewAt: 0, generation: 0 };
    const question: Question = {
      ...{ kind: 'profile', method: 'POST', path: '/graphql', headers: {}, body: '' },
      ...{ asker: { person, session }, refusals: [] },
    };
    const users = [{ id: person.id, displayName: answer.name ?? null }];
    const fieldCodes = answer.code === undefined ? [] : [answer.code];
    return judge({
      question,
      reading: { outcome: 'data', fieldCodes, users },
      span: { from: at, to: at + 10 },
    });
  };
  return { trouble, failing, other, say };
}

describe('the judge of a provider that fails one user', () => {
  it.each([LIMITED, UNAVAILABLE])('lets that user see %s or a stale profile, until it is over', (code) => {
    const { trouble, failing, say } = startTrial(code);
    expect(say(failing, 100, { code })).toBeUndefined();
    expect(say(failing, 100, { name: 'F v1' })).toBeUndefined();
    expect(say(failing, 100, { name: 'F v2' })).toBeUndefined();
    trouble.healedAt = trouble.from + 2_000;
    trouble.until = trouble.from + 5_000;
    expect(say(failing, 4_900, { code })).toBeUndefined();
    expect(say(failing, 5_100, { code })).toBe(`a field says ${code}`);
    expect(say(failing, 5_100, { name: 'F v1' })).toContain('an old name');
  });

  it('finds any failure or stale profile of another user', () => {
    const { other, say } = startTrial(UNAVAILABLE);
    expect(say(other, 100, { name: 'O v2' })).toBeUndefined();
    expect(say(other, 100, { code: UNAVAILABLE })).toBe(`a field says ${UNAVAILABLE}`);
    expect(say(other, 100, { code: LIMITED })).toBe(`a field says ${LIMITED}`);
    expect(say(other, 100, { name: 'O v1' })).toContain('an old name');
  });

  it('finds that others wait although the 429 is over', () => {
    const { trouble, other, say } = startTrial(LIMITED);
    trouble.healedAt = trouble.from + 2_000;
    expect(say(other, 4_600, { code: LIMITED })).toBe(`a field says ${LIMITED}`);
  });

  it('finds that others wait for longer than a moment after a 429', () => {
    const { other, say } = startTrial(LIMITED);
    expect(say(other, 1_000, { code: LIMITED })).toBeUndefined();
    expect(say(other, 3_400, { code: LIMITED })).toBeUndefined();
    expect(say(other, 3_400, { name: 'O v1' })).toBeUndefined();
    expect(say(other, 3_600, { name: 'O v1' })).toContain('an old name');
    expect(say(other, 3_600, { code: LIMITED })).toBe(`a field says ${LIMITED}`);
    expect(say(other, 1_000, { code: UNAVAILABLE })).toBe(`a field says ${UNAVAILABLE}`);
  });

  it('finds an error that is not the one of the trouble', () => {
    const { failing, say } = startTrial(LIMITED);
    expect(say(failing, 100, { code: UNAVAILABLE })).toBe(`a field says ${UNAVAILABLE}`);
    expect(say(failing, 100, { code: 'INTERNAL_SERVER_ERROR' })).toBe('a field says INTERNAL_SERVER_ERROR');
  });
});
