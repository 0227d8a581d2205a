import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/test-server.ts';

describe('GraphQL over HTTP', () => {
  let test: TestServer;
  beforeAll(async () => {
    test = await startTestServer({ env: { INTROSPECTION: 'true' } });
  });
  afterAll(async () => {
    await test[Symbol.asyncDispose]();
  });

  const url = 'http://localhost/graphql';
  const fetchFn = async (input: string, init?: RequestInit) =>
    test.fetch(new URL(input).pathname + new URL(input).search, init);
  const audits = serverAudits({ url, fetchFn });

  it('has audits to pass', () => {
    expect(audits.length).toBeGreaterThan(50);
  });

  for (const audit of audits) {
    it(`${audit.id} ${audit.name}`, async () => {
      const result = await audit.fn();
      expect(result.status, 'reason' in result ? result.reason : undefined).toBe('ok');
    });
  }
});
