import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { path } from '../../src/provider/path.ts';

const TEAM = '24e494af-d5e5-4dcd-818c-fd9f21b2ec64';

describe('a path of the provider', () => {
  it('is a literal as it stands', () => {
    expect(path`/users/me`).toBe('/users/me');
    expect(path`/teams?user_id=me`).toBe('/teams?user_id=me');
  });

  it('takes UUIDs as they are', () => {
    expect(path`/team-member-profiles/${TEAM}/me`).toBe(`/team-member-profiles/${TEAM}/me`);
  });

  it.each([
    ['$update_team', '%24update_team'],
    ['a b', 'a%20b'],
    ['a?b=c&d#e', 'a%3Fb%3Dc%26d%23e'],
    ['%2e%2e', '%252e%252e'],
    ['%2F', '%252F'],
    ['...', '...'],
    ['ä', '%C3%A4'],
    ['a;b', 'a%3Bb'],
    ['@host', '%40host'],
  ])('encodes %s as one segment', (value, encoded) => {
    expect(path`/team-permissions/${TEAM}/me/${value}`).toBe(`/team-permissions/${TEAM}/me/${encoded}`);
    expect(path`/team-permissions?permission_id=${value}`).toBe(`/team-permissions?permission_id=${encoded}`);
  });

  it.each([
    '',
    '.',
    '..',
    '/',
    'a/b',
    '../users',
    '..\\users',
    '\\',
    '\n',
    'a\r\nb',
    '\0',
    '\u007f',
    '\u0085',
    '\ud800',
  ])('refuses %j, with or without something around it', (value) => {
    expect(() => path`/teams/${value}`).toThrow('cannot be part of a path');
    expect(() => path`/teams/${TEAM}/${value}/x?y=${TEAM}`).toThrow('cannot be part of a path');
    expect(() => path`/teams?user_id=${value}`).toThrow('cannot be part of a path');
  });

  it('never leads anywhere else, whatever the value', () => {
    let built = 0;
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (value) => {
        let made: string;
        try {
          made = path`/a/${value}/z`;
        } catch {
          return;
        }
        built += 1;
        const { pathname, search, hash, origin } = new URL(`https://api.test${made}`);
        expect({ origin, search, hash }).toEqual({ origin: 'https://api.test', search: '', hash: '' });
        const segments = pathname.split('/');
        expect(segments).toHaveLength(4);
        expect(decodeURIComponent(segments[2] ?? '')).toBe(value);
      }),
      { numRuns: 2_000 },
    );
    expect(built).toBeGreaterThan(500);
  });
});
