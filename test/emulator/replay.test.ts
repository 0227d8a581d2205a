import { describe, expect, it, onTestFinished } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { NOT_REPLAYED } from './not-replayed.ts';
import { readRecorded } from './recorded.ts';
import { removeSeed } from './remove-seed.ts';
import { replay } from './replay.ts';
import { differences } from './shape.ts';
import { createDictionary, issuedAt } from './translate.ts';

const MIN_REPLAYED = 130;

describe('the emulator compared with the genuine backend', () => {
  it('answers every recorded request in the same way', async () => {
    let clock = 1_795_445_171_000;
    const emulator = await startEmulator({ now: () => clock });
    onTestFinished(() => emulator.close());
    removeSeed(emulator);
    emulator.control.updateProject({ userApiKeys: false, teamApiKeys: false });
    const dictionary = createDictionary(emulator);
    const wrong: string[] = [];
    let replayed = 0;

    for (const exchange of readRecorded()) {
      // Recordings have no timestamps: the clock follows the tokens, and advances for the wait before M 237.
      clock = Math.max(clock, (issuedAt(exchange) ?? 0) * 1000);
      if (exchange.name === 'natural-expiry') clock += 600_000;
      const skipped = NOT_REPLAYED[exchange.name];
      if (skipped) {
        skipped.instead?.(emulator);
        continue;
      }
      replayed += 1;
      const found = await replay(exchange, emulator, dictionary);
      wrong.push(...found.map((difference) => `${exchange.n} ${exchange.name}: ${difference}`));
    }

    process.stdout.write(`replayed ${replayed} recorded exchanges\n`);
    expect(wrong).toEqual([]);
    expect(replayed).toBeGreaterThanOrEqual(MIN_REPLAYED);
  });

  it('leaves out only exchanges that exist, each with a reason', () => {
    const names = new Set(readRecorded().map(({ name }) => name));
    expect(names.size).toBeGreaterThan(100);
    expect(Object.keys(NOT_REPLAYED).filter((name) => !names.has(name))).toEqual([]);
    expect(Object.values(NOT_REPLAYED).filter(({ reason }) => reason === '')).toEqual([]);
  });
});

describe('the comparison', () => {
  it('ignores ids, times and texts', () => {
    expect(differences({ id: 'a', at: 1, code: 'X' }, { id: 'b', at: 2, code: 'X' })).toEqual([]);
  });

  it.each([
    ['a missing key', { a: 1 }, {}],
    ['an added key', {}, { a: 1 }],
    ['null instead of a string', { a: 'x' }, { a: null }],
    ['a string instead of a number', { a: 1 }, { a: '1' }],
    ['another code', { code: 'A' }, { code: 'B' }],
    ['another boolean', { a: true }, { a: false }],
    ['fewer items', { a: [1, 2] }, { a: [1] }],
    ['a difference within an item', { a: [{ b: 1 }] }, { a: [{ b: null }] }],
    ['an object instead of text', 'text', {}],
  ])('finds %s', (_what, recorded, ours) => {
    expect(differences(recorded, ours)).toHaveLength(1);
  });

  it('finds a claim that a token lacks', () => {
    const token = (claims: object) =>
      ['{"alg":"ES256"}', JSON.stringify(claims), 'x']
        .map((part) => Buffer.from(part).toString('base64url'))
        .join('.');
    expect(differences(token({ sub: 'a', aud: 'b' }), token({ sub: 'a' }))).toEqual([
      'body.claims.aud: missing here',
    ]);
  });
});
