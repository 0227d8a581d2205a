import { describe, expect, it } from 'vitest';
import { createSession } from '../../examples/clients/session.ts';

/** A session whose tokens are numbered, with a provider that answers when it is told to. */
function startSession() {
  const asked: boolean[] = [];
  let current: string | null = 'token-0';
  let answer: Promise<unknown> = Promise.resolve();
  let signOuts = 0;
  const session = createSession({
    async getAccessToken({ forceRefresh }) {
      asked.push(forceRefresh);
      if (!forceRefresh && current === 'unreachable') throw new Error('offline');
      if (!forceRefresh) return current;
      await answer;
      current = current && `token-${asked.filter(Boolean).length}`;
      return current;
    },
    onSignedOut: () => {
      signOuts += 1;
    },
  });
  return {
    session,
    forced: () => asked.filter(Boolean).length,
    signOuts: () => signOuts,
    become(token: string | null) {
      current = token;
    },
    answerWith(next: Promise<unknown>) {
      answer = next;
    },
  };
}

describe('a session', () => {
  it('renews a token once for all requests refused with it', async () => {
    const { session, forced } = startSession();
    const tokens = await Promise.all(Array.from({ length: 10 }, () => session.renew('token-0')));
    expect(new Set(tokens)).toEqual(new Set(['token-1']));
    expect(await session.renew('token-0')).toBe('token-1');
    expect(forced()).toBe(1);
    expect(await session.renew('token-1')).toBe('token-2');
    expect(forced()).toBe(2);
  });

  it('tries again after a failed renewal, without ending the session', async () => {
    const { session, forced, signOuts, answerWith } = startSession();
    answerWith(Promise.reject(new Error('offline')));
    const both = await Promise.allSettled([session.renew('token-0'), session.renew('token-0')]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    answerWith(Promise.resolve());
    expect(await session.renew('token-0')).toBe('token-2');
    expect([forced(), signOuts()]).toEqual([2, 0]);
  });

  it('keeps sending its token while the provider is unreachable', async () => {
    const { session, signOuts, become } = startSession();
    become('unreachable');
    await expect(session.token()).rejects.toThrow('offline');
    become('token');
    expect(await session.token()).toBe('token');
    become('unreachable');
    expect(await session.token()).toBe('token');
    become(null);
    expect(await session.token()).toBeNull();
    expect(signOuts()).toBe(1);
  });

  it('reports its end once per sign-in', async () => {
    const { session, signOuts, become } = startSession();
    become(null);
    expect(await session.token()).toBeNull();
    expect(signOuts()).toBe(0);
    for (const times of [1, 2]) {
      become('token');
      expect(await session.token()).toBe('token');
      become(null);
      expect(await Promise.all([session.token(), session.renew('token'), session.token()])).toEqual([
        null,
        null,
        null,
      ]);
      expect(signOuts()).toBe(times);
    }
  });
});
