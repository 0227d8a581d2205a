import { describe, expect, it } from 'vitest';
import { parseProfile } from '../../src/provider/profile.ts';
import { readRecorded } from '../emulator/recorded.ts';

const RECORDS = new Map(readRecorded().map((record) => [record.n, record]));

/** A user as the provider tells it to servers, with all that contract 4.1 knows. */
const USER = {
  id: '27904c7e-18ab-4a8a-ab70-3b7b6e55eece',
  display_name: 'Ada Lovelace',
  primary_email: 'ada@example.test',
  primary_email_verified: true,
  primary_email_auth_enabled: true,
  profile_image_url: 'https://images.example.test/ada.png',
  signed_up_at_millis: 1_795_445_170_821,
  last_active_at_millis: 1_795_445_178_624,
  client_metadata: { theme: 'dark' },
  client_read_only_metadata: { plan: 'pro' },
  has_password: true,
  otp_auth_enabled: false,
  passkey_auth_enabled: false,
  auth_with_email: true,
  requires_totp_mfa: false,
  oauth_providers: [{ id: 'github', account_id: '18151210', email: 'ada@github.test' }],
  selected_team_id: null,
  selected_team: null,
  is_anonymous: false,
  is_restricted: false,
  restricted_reason: null,
  restricted_by_admin: false,
  restricted_by_admin_reason: null,
};

const PROFILE = {
  id: USER.id,
  displayName: 'Ada Lovelace',
  email: 'ada@example.test',
  emailVerified: true,
  profileImageUrl: 'https://images.example.test/ada.png',
  signedUpAt: new Date(1_795_445_170_821),
  lastActiveAt: new Date(1_795_445_178_624),
  hasPassword: true,
  oauthProviders: [{ id: 'github', accountId: '18151210', email: 'ada@github.test' }],
  clientMetadata: { json: '{"theme":"dark"}' },
  clientReadOnlyMetadata: { json: '{"plan":"pro"}' },
  selectedTeam: undefined,
};

const NOTHING_SET = {
  oauthProviders: [],
  clientMetadata: undefined,
  clientReadOnlyMetadata: undefined,
  selectedTeam: undefined,
};

const TEAM = '6fc0d580-48d1-4f83-aeb9-1f6f7578388d';

const parse = (change: object = {}) => parseProfile({ ...USER, ...change });

function recorded(n: number) {
  return parseProfile(RECORDS.get(n)?.response.body);
}

describe('a profile', () => {
  it('is what may be shown of a user, and nothing else', () => {
    expect(parse()).toStrictEqual(PROFILE);
  });

  it.each<[number, string, object]>([
    [
      13,
      'an ordinary user',
      {
        id: '27904c7e-18ab-4a8a-ab70-3b7b6e55eece',
        displayName: undefined,
        email: 'ada-1795445170730@example.com',
        emailVerified: false,
        profileImageUrl: undefined,
        signedUpAt: new Date(1795445170821),
        lastActiveAt: new Date(1795445178624),
        hasPassword: true,
        ...NOTHING_SET,
      },
    ],
    [
      39,
      'an anonymous visitor',
      {
        id: '6e9403bc-a325-4e61-abd5-0724c69f236c',
        displayName: undefined,
        email: undefined,
        emailVerified: false,
        profileImageUrl: undefined,
        signedUpAt: new Date(1795445208576),
        lastActiveAt: new Date(1795445208628),
        hasPassword: false,
        ...NOTHING_SET,
      },
    ],
    [
      45,
      'a restricted user',
      {
        id: '8f9ec51a-4883-40bd-a353-57926a18f555',
        displayName: undefined,
        email: 'bob-1795445170730@example.com',
        emailVerified: false,
        profileImageUrl: undefined,
        signedUpAt: new Date(1795445218942),
        lastActiveAt: new Date(1795445220017),
        hasPassword: true,
        ...NOTHING_SET,
      },
    ],
    [
      54,
      'a user with a full profile',
      {
        id: 'ae65c54d-5ff6-4024-8235-f5b1d9db4c3e',
        displayName: 'Grace Hopper',
        email: 'grace-1795445170730@example.com',
        emailVerified: true,
        profileImageUrl: 'https://example.com/g.png',
        signedUpAt: new Date(1795445221841),
        lastActiveAt: new Date(1795445228777),
        hasPassword: true,
        ...NOTHING_SET,
        clientMetadata: { json: '{"theme":"dark"}' },
        clientReadOnlyMetadata: { json: '{"plan":"pro"}' },
      },
    ],
  ])('is read out of the genuine answer %d, of %s', (n, _who, expected) => {
    expect(recorded(n)).toStrictEqual(expected);
  });

  it('is read from every recorded answer that is a user', () => {
    const users = [...RECORDS.values()].filter(
      ({ request, response: { status, body } }) =>
        status < 300 && /\/users(\/|$)/.test(request.path) && JSON.stringify(body).includes('"risk_scores"'),
    );
    const single = users.filter(({ response: { body } }) => !JSON.stringify(body).includes('"items"'));
    expect(single.length).toBeGreaterThan(10);
    for (const { n, response } of single) {
      const wanted = (response.body as { id: string }).id;
      expect(parseProfile(response.body).id, `record ${n}`).toBe(wanted);
    }
  });

  it('holds nothing that the provider tells to servers only', () => {
    const told = parse({
      server_metadata: { note: 'SECRET-1' },
      restricted_by_admin_private_details: 'SECRET-2',
      risk_scores: { sign_up: { bot: 99, note: 'SECRET-3' } },
      country_code: 'SECRET-4',
      selected_team: { id: TEAM, display_name: 'Navy', server_metadata: { note: 'SECRET-6' } },
      oauth_providers: [{ id: 'github', account_id: '1', email: null, access_token: 'SECRET-7' }],
    });
    expect(JSON.stringify(told)).not.toContain('SECRET');
    expect(told.oauthProviders).toStrictEqual([{ id: 'github', accountId: '1', email: undefined }]);
  });

  it('ignores unknown fields', () => {
    expect(parse({ external_auth_providers: [{ id: 'x' }], displayName: 'Mallory' })).toStrictEqual(PROFILE);
  });

  it.each(['display_name', 'primary_email', 'profile_image_url'])(
    'may lack %s, or have null there',
    (name) => {
      const property = { display_name: 'displayName', primary_email: 'email' }[name] ?? 'profileImageUrl';
      for (const value of [null, undefined]) {
        expect(parse({ [name]: value })).toStrictEqual({ ...PROFILE, [property]: undefined });
      }
    },
  );

  it('keeps an empty name apart from none', () => {
    expect(parse({ display_name: '' }).displayName).toBe('');
  });

  it('may begin in 1970 and end with the last date that RFC 3339 can express', () => {
    const { signedUpAt, lastActiveAt } = parse({
      signed_up_at_millis: 0,
      last_active_at_millis: 253_402_300_799_999,
    });
    expect([signedUpAt.toISOString(), lastActiveAt.toISOString()]).toEqual([
      '1970-01-01T00:00:00.000Z',
      '9999-12-31T23:59:59.999Z',
    ]);
  });
});

describe('what is longer than a profile may hold', () => {
  const read = (change: object) => parseProfile({ ...USER, ...change });

  it('is shortened where it is a text', () => {
    expect(read({ display_name: 'x'.repeat(1_000) }).displayName).toHaveLength(1_000);
    expect(read({ display_name: 'é'.repeat(900_000) }).displayName).toBe('é'.repeat(1_000));
  });

  it('is never cut within a character', () => {
    expect(read({ display_name: `${'x'.repeat(999)}😀😀` }).displayName).toBe('x'.repeat(999));
    expect(read({ display_name: `${'x'.repeat(998)}😀😀` }).displayName).toBe(`${'x'.repeat(998)}😀`);
  });

  it('is left out where it is a URL or an address, since a part of it would be another one', () => {
    const image = `data:image/png;base64,${'A'.repeat(133_334)}`;
    expect(read({ profile_image_url: image }).profileImageUrl).toBe(image);
    expect(read({ profile_image_url: 'x'.repeat(140_001) }).profileImageUrl).toBeUndefined();
    expect(read({ profile_image_url: 'x'.repeat(950_000) }).profileImageUrl).toBeUndefined();
    expect(read({ primary_email: `${'x'.repeat(1_000)}@example.test` }).email).toBeUndefined();
  });

  it('is a list of the first hundred accounts, without those that have too long an id', () => {
    const account = (index: number) => ({ id: 'custom', account_id: `${index}`, email: null });
    const many = Array.from({ length: 18_000 }, (_, index) => account(index));
    const { oauthProviders } = read({ oauth_providers: many });
    expect(oauthProviders.map(({ accountId }) => accountId)).toEqual(
      Array.from({ length: 100 }, (_, index) => `${index}`),
    );
    const long = { ...account(1), account_id: 'x'.repeat(1_001) };
    const addressed = { ...account(2), email: 'x'.repeat(1_001) };
    expect(read({ oauth_providers: [long, addressed] }).oauthProviders).toEqual([
      { id: 'custom', accountId: '2', email: undefined },
    ]);
  });
});

describe('metadata', () => {
  const read = (value: unknown) => parse({ client_metadata: value }).clientMetadata;

  it('is kept as JSON, up to 64 KiB and a hundred levels', () => {
    const nested = (levels: number): object => (levels === 1 ? {} : { a: nested(levels - 1) });
    expect(read({ a: 'é', b: [1, null] })).toEqual({ json: '{"a":"é","b":[1,null]}' });
    expect(read({ a: 'x'.repeat(65_528) })?.json).toHaveLength(65_536);
    expect(read(nested(100))?.json).toBeDefined();
    for (const large of [{ a: 'x'.repeat(65_529) }, { a: 'é'.repeat(32_765) }, nested(101)])
      expect(read(large)).toEqual({ json: undefined });
    const deep = JSON.parse(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
    expect(read(deep)).toEqual({ json: undefined });
  });

  it('is none where it is no object', () => {
    for (const value of [null, undefined, 'text', 42, true, ['list']]) expect(read(value)).toBeUndefined();
  });
});

describe('the selected team', () => {
  it('is part of the profile', () => {
    const selected = {
      id: TEAM.toUpperCase(),
      display_name: 'Navy',
      created_at_millis: 1,
      server_metadata: {},
    };
    expect(parse({ selected_team_id: TEAM, selected_team: selected }).selectedTeam).toStrictEqual({
      id: TEAM,
      displayName: 'Navy',
      profileImageUrl: undefined,
      clientMetadata: undefined,
      clientReadOnlyMetadata: undefined,
    });
  });
});

describe('a body that is not a profile', () => {
  it.each<[string, readonly unknown[]]>([
    ['id', [null, 42, undefined, {}]],
    ['display_name', [42, {}, ['Ada'], false]],
    ['primary_email', [42, {}, true]],
    ['primary_email_verified', [null, 'true', 1, undefined]],
    ['profile_image_url', [42, {}]],
    [
      'signed_up_at_millis',
      [null, '1795445170821', 1.5, -1, 253_402_300_800_000, 8_640_000_000_000_000, 1e308, undefined],
    ],
    ['last_active_at_millis', [null, '2026-11-23T14:41:44.000Z', 1.5, -1, 253_402_300_800_000, undefined]],
    ['has_password', [null, 'yes', 0, undefined]],
    [
      'oauth_providers',
      [null, {}, 'github', undefined, ['github'], [{ id: 'github' }], [{ id: 1, account_id: '1' }]],
    ],
  ])('has another kind of %s', (name, values) => {
    for (const value of values) {
      expect(() => parse({ [name]: value }), `${name}: ${JSON.stringify(value)}`).toThrow();
    }
  });

  it.each([
    [null],
    [undefined],
    [''],
    ['user'],
    [42],
    [{}],
    [[]],
    [[USER]],
    [JSON.stringify(USER)],
    [{ items: [USER] }],
    [{ code: 'ACCESS_TOKEN_EXPIRED', error: 'Access token has expired.' }],
    [{ success: true }],
  ])('is %j', (body) => {
    expect(() => parseProfile(body)).toThrow();
  });
});
