import { describe, expect, it } from 'vitest';
import { checkGraphQLVersion } from '../../src/server/graphql-version.ts';

describe('the version of graphql', () => {
  it('is the one that the server is made for', () => {
    expect(() => checkGraphQLVersion()).not.toThrow();
  });

  it.each([15, 17, 18])('must not be %i', (major) => {
    expect(() => checkGraphQLVersion({ major })).toThrow(/needs graphql 16/);
  });
});
