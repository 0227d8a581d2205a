import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MUTATION_NAMES } from '../../../src/core/mutation-names.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';
import { CASES } from './cases.ts';
import { findViolations } from './proof.ts';

describe('who may change what', () => {
  let test: TestServer;
  beforeAll(async () => {
    test = await startTestServer({ env: { RATE_LIMIT: '100000' } });
  });
  afterAll(() => test[Symbol.asyncDispose]());

  it('has a case for every mutation', () => {
    expect([...new Set(CASES.map(({ name }) => name))].sort()).toEqual([...MUTATION_NAMES].sort());
  });

  it.each(CASES.map((each) => ({ ...each, title: [each.name, each.what].filter(Boolean).join(', ') })))(
    '$title',
    async (each) => {
      expect(await findViolations(test, [each])).toEqual([]);
    },
  );
});
