import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { toAppError } from '../../src/provider/outcome-error.ts';
import { type Failure, type Outcome, type Question, toOutcome } from '../../src/provider/outcomes.ts';
import type { ProviderPath } from '../../src/provider/path.ts';
import { type Profile, profileCall } from '../../src/provider/profile.ts';
import { type Exchange, readRecorded } from '../emulator/recorded.ts';
import { createClock } from '../support/clock.ts';

const ADA = '27904c7e-18ab-4a8a-ab70-3b7b6e55eece';
const EXCHANGES = [...readRecorded(), ...readRecorded('recorded-identity')];
const RECORDS = new Map(EXCHANGES.map((exchange) => [exchange.n, exchange]));
const KNOWN_ERRORS = readKnownErrors();
const CLOCK = createClock();

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
}

const profileOf = (id: string) =>
  profileCall({ id, token: 'a.b.c', isAnonymous: false, isRestricted: false, issuedAt: undefined });

/** The outcome of an answer to a call for Ada's profile. */
function outcomeOf({ status, headers = {}, body = '' }: Answer): Outcome<Profile> {
  return toOutcome({ status, headers, body }, profileOf(ADA), CLOCK);
}

/** The outcome of a recorded answer, for a call for the profile of this user. */
function outcomeOfRecord(n: number, id = ADA): Outcome<Profile> {
  const record = RECORDS.get(n);
  if (!record) throw new Error(`No exchange has the number ${n}`);
  return toOutcome({ ...record.response, body: bodyOf(record) }, profileOf(id), CLOCK);
}

function bodyOf({ response: { body } }: Exchange): string {
  return typeof body === 'string' ? body : (JSON.stringify(body) ?? '');
}

/** The outcome of a recorded exchange, for the call that was recorded. */
function outcomeOfExchange(exchange: Exchange): Outcome<unknown> {
  const { method, path, headers } = exchange.request;
  const caller = headers['x-stack-access-token'] === undefined ? undefined : { id: ADA };
  return toOutcome(
    { ...exchange.response, body: bodyOf(exchange) },
    { method: method as Question['method'], path: pathOf(path), caller, parse: (body) => body },
    CLOCK,
  );
}

const pathOf = (path: string) => path.replace('/api/v1', '') as ProviderPath;

/** An outcome in words, for the table below. */
function wordsOf(outcome: Outcome<unknown>): string {
  switch (outcome.kind) {
    case 'ok':
    case 'gone':
      return outcome.kind;
    case 'expired':
    case 'forbidden':
      return `${outcome.kind} ${outcome.reason}`;
    case 'rejected':
      return ['rejected', outcome.code, outcome.field].filter(Boolean).join(' ');
    case 'refused':
      return `refused ${outcome.knownError}`;
    case 'limited':
      return `limited ${outcome.retryAfter}`;
    case 'unavailable':
      return String(outcome.cause);
  }
}

/** Every recorded exchange that was not a success, by its outcome. */
const RECORDED_OUTCOMES: Readonly<Record<string, string>> = {
  'expired EXPIRED_TOKEN': '32 34 237 685',
  'expired INVALID_TOKEN': '30 31 35',
  'forbidden TEAM_PERMISSION_REQUIRED': '534 541 549 631 708 711 774',
  gone: '56 102 103 104 629 737',
  'refused 400 in plain text': '218 557 616 617',
  'refused 403 in plain text': '519 520 575 576 601 636 637 647 668 696 742 752 758 759 769',
  'refused 404 in plain text': '11 105 548',
  'refused ACCESS_TYPE_REQUIRED': '28 108',
  'refused ACCESS_TYPE_WITHOUT_PROJECT_ID': '26',
  'refused ANONYMOUS_AUTHENTICATION_NOT_ALLOWED': '38 775',
  'refused BODY_PARSING_ERROR': '72',
  'refused BRANCH_DOES_NOT_EXIST': '220',
  'refused CANNOT_GET_OWN_USER_WITHOUT_USER': '18 19 67 79 222 512 521 554 727 738',
  'refused CURRENT_PROJECT_NOT_FOUND': '24',
  'refused INSUFFICIENT_ACCESS_TYPE': '58 543 569 583 588 589 591 592 598 699 732 764',
  'refused INVALID_ACCESS_TYPE': '29',
  'refused INVALID_PROJECT_FOR_ACCESS_TOKEN': '25 36',
  'refused INVALID_PUBLISHABLE_CLIENT_KEY': '22 772',
  'refused INVALID_SECRET_SERVER_KEY': '20',
  'refused ITEM_CUSTOMER_TYPE_DOES_NOT_MATCH': '761',
  'refused ITEM_NOT_FOUND': '760',
  'refused OAUTH_ACCESS_TOKEN_NOT_AVAILABLE_WITH_SHARED_OAUTH_KEYS': '743',
  'refused OAUTH_CONNECTION_DOES_NOT_HAVE_REQUIRED_SCOPE': '748 749',
  'refused OAUTH_CONNECTION_NOT_CONNECTED_TO_USER': '744 747',
  'refused OAUTH_PROVIDER_NOT_FOUND_OR_NOT_ENABLED': '745',
  'refused PASSWORD_CONFIRMATION_MISMATCH': '735',
  'refused PERMISSION_NOT_FOUND': '89 597 605',
  'refused PRODUCT_DOES_NOT_EXIST': '770',
  'refused PROJECT_KEY_WITHOUT_ACCESS_TYPE': '27',
  'refused PUBLISHABLE_CLIENT_KEY_REQUIRED_FOR_PROJECT': '773',
  'refused REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED': '4 100 678 681 794',
  'refused RESTRICTED_USER_NOT_ALLOWED': '44 212 624 776 777',
  'refused SCHEMA_ERROR': '9 10 57 64 68 71 90 91 219 504 526 532 536 547 641 659 667 673 695 713 725',
  'refused SERVER_AUTHENTICATION_REQUIRED': '21',
  'refused TEAM_MEMBERSHIP_ALREADY_EXISTS': '82',
  'refused USER_AUTHENTICATION_REQUIRED': '501 530 621',
  'refused USER_ID_DOES_NOT_EXIST': '51',
  'refused WRONG_API_KEY_TYPE': '715 716',
  'refused WRONG_PERMISSION_SCOPE': '596',
  'rejected CANNOT_REVOKE_CURRENT_SESSION': '679',
  'rejected CODE_ALREADY_USED': '622 627 655',
  'rejected CODE_INVALID': '620 656',
  'rejected EMAIL_ALREADY_ADDED': '640',
  'rejected EMAIL_ALREADY_VERIFIED': '650',
  'rejected EMAIL_IN_USE': '49 642 661 723',
  'rejected FEATURE_DISABLED': '508 509 693',
  'rejected INVALID_INPUT': '502 565 632 746',
  'rejected INVALID_INPUT display_name': '506 540 567 731',
  'rejected INVALID_INPUT email': '610',
  'rejected INVALID_INPUT expires_at_millis': '688',
  'rejected INVALID_INPUT primary_email': '724',
  'rejected INVALID_INPUT profile_image_url': '505 720',
  'rejected INVALID_INPUT revoked': '705',
  'rejected INVALID_INPUT value': '644',
  'rejected INVITATION_NOT_FOR_RESTRICTED_USERS': '623',
  'rejected INVITATION_NOT_FOUND': '628',
  'rejected NOT_A_TEAM_MEMBER':
    '76 84 216 513 528 529 535 539 542 545 546 553 556 560 563 584 608 614 726 780 781',
  'rejected NOT_FOUND': '8 586 587 643 648 662 665 674 676 687 700 701 703 704 718 756 788 789',
  'rejected REDIRECT_URL_NOT_TRUSTED': '609 651',
  'Error: The provider answered 405': '106 706',
  'Error: The provider answered 500': '612 634 684 692 762 763',
};

describe('the table of outcomes', () => {
  it('has an outcome for every recorded refusal', () => {
    const outcomes: Record<string, string> = {};
    for (const exchange of EXCHANGES) {
      if (exchange.response.status < 300) continue;
      const words = wordsOf(outcomeOfExchange(exchange));
      outcomes[words] = `${outcomes[words] ?? ''} ${exchange.n}`.trim();
    }
    expect(outcomes).toEqual(RECORDED_OUTCOMES);
  });

  it('takes every recorded success for one', () => {
    const successes = EXCHANGES.filter(({ response }) => response.status < 300);
    expect(successes.length).toBeGreaterThan(200);
    const failed = successes.filter((exchange) => outcomeOfExchange(exchange).kind !== 'ok');
    // 221 is a preflight, which has no body.
    expect(failed.map(({ n }) => n)).toEqual([221]);
  });
});

describe('a recorded answer to a call for a profile', () => {
  it.each<[number, string, Outcome<Profile>['kind']]>([
    [13, 'with the user', 'ok'],
    [46, 'with a user who was restricted meanwhile', 'ok'],
    [102, 'about a deleted user', 'gone'],
    [32, 'that the token has expired', 'expired'],
    [34, 'that the token has expired, where our key is wrong as well', 'expired'],
    [35, 'about a token of a wrong issuer', 'expired'],
    [20, 'to a wrong secret key', 'refused'],
    [36, 'to a token of another project', 'refused'],
    [33, 'of 200 that is an error', 'unavailable'],
    [63, 'of 200 that is a list', 'unavailable'],
    [106, 'that the method is wrong', 'unavailable'],
  ])('(%d) %s has the outcome %s', (n, _what, kind) => {
    expect(outcomeOfRecord(n).kind).toBe(kind);
  });

  it('contains the profile', () => {
    expect(outcomeOfRecord(13)).toMatchObject({ kind: 'ok', value: { id: ADA } });
  });

  it('is unreadable where it is about another user', () => {
    const unreadable = { kind: 'unavailable', trouble: 'unreadable' };
    expect(outcomeOfRecord(39)).toMatchObject(unreadable);
    expect(outcomeOfRecord(39, '6e9403bc-a325-4e61-abd5-0724c69f236c')).toMatchObject({ kind: 'ok' });
    expect(outcomeOfRecord(13, ADA.toUpperCase())).toMatchObject(unreadable);
  });
});

describe('a known error', () => {
  const refusals = KNOWN_ERRORS.filter(({ status }) => status >= 400 && status < 500);
  const ask = (code: string, question: Partial<Question> = {}, body = '{}') =>
    toOutcome(
      { status: 400, headers: { 'x-stack-known-error': code }, body },
      { method: 'POST', path: pathOf('/teams'), caller: { id: ADA }, parse: (value) => value, ...question },
      CLOCK,
    );

  /** Those that are not `refused` in a mutation that a caller makes. */
  const MEANINGS: Readonly<Record<string, string>> = {
    ACCESS_TOKEN_EXPIRED: 'expired EXPIRED_TOKEN',
    UNPARSABLE_ACCESS_TOKEN: 'expired INVALID_TOKEN',
    CANNOT_GET_OWN_USER_WITHOUT_USER: 'gone',
    USER_AUTHENTICATION_REQUIRED: 'gone',
    USER_NOT_FOUND: 'rejected NOT_A_TEAM_MEMBER',
    TEAM_PERMISSION_REQUIRED: 'forbidden TEAM_PERMISSION_REQUIRED',
    PROJECT_PERMISSION_REQUIRED: 'forbidden PROJECT_PERMISSION_REQUIRED',
    API_KEY_NOT_FOUND: 'rejected NOT_FOUND',
    API_KEY_EXPIRED: 'rejected NOT_FOUND',
    API_KEY_REVOKED: 'rejected NOT_FOUND',
    TEAM_MEMBERSHIP_NOT_FOUND: 'rejected NOT_A_TEAM_MEMBER',
    TEAM_NOT_FOUND: 'rejected NOT_A_TEAM_MEMBER',
    TEAM_PERMISSION_NOT_FOUND: 'rejected NOT_FOUND',
    CANNOT_DELETE_CURRENT_SESSION: 'rejected CANNOT_REVOKE_CURRENT_SESSION',
    CONTACT_CHANNEL_ALREADY_USED_FOR_AUTH_BY_SOMEONE_ELSE: 'rejected EMAIL_IN_USE',
    USER_EMAIL_ALREADY_EXISTS: 'rejected EMAIL_IN_USE',
    EMAIL_ALREADY_VERIFIED: 'rejected EMAIL_ALREADY_VERIFIED',
    VERIFICATION_CODE_NOT_FOUND: 'rejected CODE_INVALID',
    VERIFICATION_CODE_MAX_ATTEMPTS_REACHED: 'rejected CODE_INVALID',
    VERIFICATION_CODE_EXPIRED: 'rejected CODE_EXPIRED',
    VERIFICATION_CODE_ALREADY_USED: 'rejected CODE_ALREADY_USED',
    TEAM_INVITATION_EMAIL_MISMATCH: 'rejected INVITATION_NOT_FOUND',
    TEAM_INVITATION_RESTRICTED_USER_NOT_ALLOWED: 'rejected INVITATION_NOT_FOR_RESTRICTED_USERS',
    REDIRECT_URL_NOT_WHITELISTED: 'rejected REDIRECT_URL_NOT_TRUSTED',
  };

  it('is one of many, and has a meaning of its own only if the provider knows it', () => {
    expect(refusals.length).toBeGreaterThan(100);
    const known = KNOWN_ERRORS.map(({ code }) => code);
    expect(Object.keys(MEANINGS).filter((code) => !known.includes(code))).toEqual([]);
  });

  it.each(refusals)('$code of status $status has its meaning under the headers of both brands', (error) => {
    const { code, status } = error;
    const body = JSON.stringify({ code, error: 'Human text.' });
    const question = { method: 'POST', path: pathOf('/teams'), caller: { id: ADA } } as const;
    for (const header of ['x-stack-known-error', 'x-hexclave-known-error']) {
      const answer = { status, headers: { [header]: code }, body };
      const outcome = toOutcome(answer, { ...question, parse: (value) => value }, CLOCK);
      expect(wordsOf(outcome)).toBe(MEANINGS[code] ?? `refused ${code}`);
    }
  });

  it.each(KNOWN_ERRORS.filter(({ status }) => status >= 500))(
    '$code of status $status is an outage',
    (error) => {
      const headers = { 'x-stack-known-error': error.code };
      expect(outcomeOf({ status: error.status, headers }).kind).toBe('unavailable');
    },
  );

  it('is read from its header, whatever the body says', () => {
    const body = JSON.stringify({ code: 'ACCESS_TOKEN_EXPIRED' });
    expect(outcomeOf({ status: 401, body }).kind).toBe('unavailable');
  });

  it('is that of the hexclave header where both are there, and the first of several', () => {
    const both = { 'x-stack-known-error': 'SCHEMA_ERROR', 'x-hexclave-known-error': 'ACCESS_TOKEN_EXPIRED' };
    expect(outcomeOf({ status: 401, headers: both }).kind).toBe('expired');
    const several = { 'x-stack-known-error': ['USER_NOT_FOUND', 'SCHEMA_ERROR'] };
    expect(outcomeOf({ status: 404, headers: several }).kind).toBe('gone');
  });

  it.each([
    'access_token_expired',
    'ACCESS_TOKEN_EXPIRED_NOT',
    'USER_NOT_FOUND, USER_NOT_FOUND',
    'NEW_ERROR',
    'constructor',
    '__proto__',
  ])('that is new is a refusal: %s', (knownError) => {
    const headers = { 'x-stack-known-error': knownError };
    expect(outcomeOf({ status: 401, headers })).toEqual({ kind: 'refused', knownError });
  });

  it.each(['CANNOT_GET_OWN_USER_WITHOUT_USER', 'USER_AUTHENTICATION_REQUIRED'])(
    '%s is our mistake where no token was sent',
    (code) => {
      expect(wordsOf(ask(code, { caller: undefined }))).toBe(`refused ${code}`);
    },
  );

  it('about a user is about the user of the path, and otherwise about a member', () => {
    expect(wordsOf(ask('USER_NOT_FOUND', { path: pathOf(`/users/${ADA}`) }))).toBe('gone');
    expect(wordsOf(ask('USER_NOT_FOUND', { path: pathOf(`/team-memberships/${ADA}/${ADA}`) }))).toBe(
      'rejected NOT_A_TEAM_MEMBER',
    );
  });

  it('about an API key is a lack of permission for the keys of a team, and an unknown key elsewhere', () => {
    const words = (method: Question['method'], path: string) =>
      wordsOf(ask('API_KEY_NOT_FOUND', { method, path: pathOf(path) }));
    expect(words('GET', `/team-api-keys?team_id=${ADA}`)).toBe('forbidden TEAM_PERMISSION_REQUIRED');
    expect(words('POST', '/team-api-keys')).toBe('forbidden TEAM_PERMISSION_REQUIRED');
    expect(words('PATCH', `/team-api-keys/${ADA}?team_id=${ADA}`)).toBe('rejected NOT_FOUND');
    expect(words('PATCH', `/user-api-keys/${ADA}`)).toBe('rejected NOT_FOUND');
  });

  it.each(['NOT_FOUND', 'EXPIRED', 'ALREADY_USED'])(
    'VERIFICATION_CODE_%s is about the invitation where that was named by id',
    (suffix) => {
      const code = `VERIFICATION_CODE_${suffix}`;
      const byId = pathOf(`/team-invitations/${ADA}/accept?user_id=me`);
      expect(wordsOf(ask(code, { path: byId }))).toBe('rejected INVITATION_NOT_FOUND');
      expect(wordsOf(ask(code, { path: pathOf('/team-invitations/accept') }))).toMatch(/^rejected CODE_/);
    },
  );
});

describe('SCHEMA_ERROR', () => {
  const schemaError = (message: unknown, method: Question['method'] = 'PATCH') =>
    toOutcome(
      {
        status: 400,
        headers: { 'x-stack-known-error': 'SCHEMA_ERROR' },
        body: JSON.stringify({ code: 'SCHEMA_ERROR', details: { message } }),
      },
      { method, path: pathOf('/users/me'), caller: { id: ADA }, parse: (value) => value },
      CLOCK,
    );

  it.each([
    ['Request validation failed on PATCH /x:\n  - body.display_name must be defined', 'display_name'],
    ['…:\n  - body.client_metadata.a.b must be a string', 'client_metadata'],
    ['…:\n  - body.display_name is bad\n  - body.value is bad', 'display_name'],
  ])('names the field of the body: %j', (message, field) => {
    expect(schemaError(message)).toEqual({ kind: 'rejected', code: 'INVALID_INPUT', field });
    expect(schemaError(message, 'GET')).toEqual({ kind: 'refused', knownError: 'SCHEMA_ERROR' });
  });

  it.each([
    '…:\n  - query.user_id must be defined',
    '…:\n  - params.team_id must be a valid UUID',
    '…:\n  - body contains unknown properties: x',
    '…:\n  - body must be defined',
    'Request validation failed on PATCH /api/v1/body.display_name:\n  - query.x is unknown',
    '',
    undefined,
    { body: 1 },
  ])('is our mistake where it is about anything else: %j', (message) => {
    expect(schemaError(message)).toEqual({ kind: 'refused', knownError: 'SCHEMA_ERROR' });
  });

  // A pattern that takes time quadratic in the number of line breaks needs half a minute for these.
  it('is read in linear time', () => {
    const message = `${'\n'.repeat(200_000)}x`;
    expect(schemaError(message)).toEqual({ kind: 'refused', knownError: 'SCHEMA_ERROR' });
  });

  it('is our mistake where its body cannot be read', () => {
    const headers = { 'x-stack-known-error': 'SCHEMA_ERROR' };
    for (const body of ['', 'null', '- body.x'])
      expect(outcomeOf({ status: 400, headers, body }).kind).toBe('refused');
  });
});

describe('a refusal in plain text', () => {
  const refusal = (status: number, body: string, question: Partial<Question> = {}) =>
    wordsOf(
      toOutcome(
        { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body },
        { method: 'POST', path: pathOf('/teams'), parse: (value) => value, ...question },
        CLOCK,
      ),
    );

  it.each([
    [403, 'error code: 1020'],
    [403, 'RBAC: access denied'],
    [403, 'Forbidden'],
    [403, ''],
    [404, '404 page not found'],
    [404, 'Not Found'],
    [404, 'default backend - 404'],
    [401, 'no healthy identity'],
    [405, 'Method Not Allowed'],
    [413, 'Request Entity Too Large'],
    [431, 'Request Header Fields Too Large'],
    [451, 'Something new.'],
  ])('%i %j is of a gateway, and nothing is known then', (status, body) => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const)
      expect(refusal(status, body, { method })).toBe(`Error: The provider answered ${status}`);
  });

  it.each([
    [403, 'Client team creation is disabled for this project', 'rejected FEATURE_DISABLED'],
    [400, 'User API keys are not enabled for this project.', 'rejected FEATURE_DISABLED'],
    [400, 'Contact channel already exists', 'rejected EMAIL_ALREADY_ADDED'],
    [400, 'Invalid profile image URL', 'rejected INVALID_INPUT profile_image_url'],
    [404, 'Session not found.', 'rejected NOT_FOUND'],
    [400, 'Contact channel not found', 'rejected NOT_FOUND'],
    [400, 'Something new', 'rejected INVALID_INPUT'],
    [404, "404 — this page does not exist in Stack Auth's API.", 'refused 404 in plain text'],
  ])('%i %s of a mutation is %s', (status, body, words) => {
    expect(refusal(status, body)).toBe(words);
  });

  it('with 403 is about a thing of another user where things have owners', () => {
    const body = 'Client can only update contact channels for their own user.';
    expect(refusal(403, body, { path: pathOf(`/contact-channels/${ADA}/${ADA}`) })).toBe(
      'rejected NOT_FOUND',
    );
    expect(refusal(403, body, { path: pathOf('/teams') })).toBe('rejected INVALID_INPUT');
  });

  it('of a read is our way of asking, unless a feature is off or a thing is not found', () => {
    const read = { method: 'GET', path: pathOf('/user-api-keys?user_id=me') } as const;
    expect(refusal(403, 'Client can only manage their own api keys', read)).toBe('refused 403 in plain text');
    expect(refusal(400, 'User API keys are not enabled for this project.', read)).toBe(
      'rejected FEATURE_DISABLED',
    );
    expect(refusal(404, 'Contact channel not found.', read)).toBe('rejected NOT_FOUND');
    expect(refusal(400, 'Bad Request', read)).toBe('Error: The provider answered 400');
  });
});

describe('an answer of a gateway', () => {
  it.each([
    201, 202, 204, 206, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 407, 408, 413, 431, 451, 500,
    501, 502, 503, 504, 508, 520, 599,
  ])('of status %d is an outage that names the status', (status) => {
    const headers = { 'content-type': 'text/html' };
    for (const outcome of [
      outcomeOf({ status, body: '<html>Bad Gateway</html>', headers }),
      outcomeOf({ status, body: '' }),
    ]) {
      expect(outcome).toMatchObject({ kind: 'unavailable', cause: expect.any(Error) });
      expect(wordsOf(outcome)).toContain(String(status));
      expect(outcome).toHaveProperty('trouble', 'answer');
    }
  });

  it.each([500, 502, 503])('of status %d in plain text is an outage', (status) => {
    const headers = { 'content-type': 'text/plain' };
    expect(outcomeOf({ status, headers, body: 'Session not found.' }).kind).toBe('unavailable');
  });

  it.each([201, 204, 302, 308])(
    'of status %d is an outage where it names a known error as well',
    (status) => {
      const headers = { 'x-stack-known-error': 'ACCESS_TOKEN_EXPIRED' };
      expect(outcomeOf({ status, headers }).kind).toBe('unavailable');
    },
  );

  it.each(['', '{}', 'null', '<html>Sign in</html>', '{"id":', '[]'])(
    'of 200 and %s is unreadable',
    (body) => {
      expect(outcomeOf({ status: 200, body })).toMatchObject({
        kind: 'unavailable',
        trouble: 'unreadable',
        cause: expect.any(Error),
      });
    },
  );

  it('of 200 that says that it is an error is unreadable', () => {
    const headers = { 'x-stack-known-error': 'ACCESS_TOKEN_EXPIRED', 'x-stack-actual-status': '401' };
    expect(outcomeOf({ status: 200, headers, body: '{"code":"ACCESS_TOKEN_EXPIRED"}' }).kind).toBe(
      'unavailable',
    );
  });
});

describe('429', () => {
  const limited = (value?: string | string[]) =>
    outcomeOf({ status: 429, headers: value === undefined ? {} : { 'retry-after': value } });

  it.each<[string | string[] | undefined, number | undefined]>([
    ['7', 7],
    ['0', 0],
    ['3600', 3600],
    ['3601', 3600],
    ['999999999', 3600],
    [undefined, undefined],
    ['', undefined],
    ['soon', undefined],
    ['soon 5', undefined],
    ['in 5 minutes', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['5s', undefined],
    ['0x10', undefined],
    ['Infinity', undefined],
    ['NaN', undefined],
    ['99999999999999999999', undefined],
    ['Mon, 99 Foo 2026 99:99:99 GMT', undefined],
    [['5', '7'], undefined],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 3600],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 0],
  ])('with Retry-After %o says %o', (value, retryAfter) => {
    expect(limited(value)).toEqual({ kind: 'limited', retryAfter });
  });

  it('may name the time, by the wall clock', () => {
    expect(limited(new Date(CLOCK.wall() + 120_000).toUTCString())).toEqual({
      kind: 'limited',
      retryAfter: 120,
    });
  });

  it('is a limit whatever else it says', () => {
    const headers = {
      'x-stack-known-error': 'ACCESS_TOKEN_EXPIRED',
      'content-type': 'text/plain',
      'retry-after': '1',
    };
    expect(outcomeOf({ status: 429, headers, body: '{"code":"X"}' })).toEqual({
      kind: 'limited',
      retryAfter: 1,
    });
  });
});

describe('the error that a client is told', () => {
  it.each<[Failure, object]>([
    [{ kind: 'gone' }, { code: 'UNAUTHENTICATED', reason: 'USER_GONE' }],
    [
      { kind: 'expired', reason: 'EXPIRED_TOKEN' },
      { code: 'UNAUTHENTICATED', reason: 'EXPIRED_TOKEN' },
    ],
    [
      { kind: 'expired', reason: 'INVALID_TOKEN' },
      { code: 'UNAUTHENTICATED', reason: 'INVALID_TOKEN' },
    ],
    [
      { kind: 'forbidden', reason: 'TEAM_PERMISSION_REQUIRED' },
      { code: 'FORBIDDEN', reason: 'TEAM_PERMISSION_REQUIRED' },
    ],
    [
      { kind: 'rejected', code: 'NOT_A_TEAM_MEMBER' },
      { code: 'FORBIDDEN', reason: 'NOT_A_TEAM_MEMBER' },
    ],
    [
      { kind: 'rejected', code: 'FEATURE_DISABLED' },
      { code: 'FORBIDDEN', reason: 'FEATURE_DISABLED' },
    ],
    [
      { kind: 'rejected', code: 'NOT_FOUND' },
      { code: 'INTERNAL_SERVER_ERROR', reason: undefined },
    ],
    [
      { kind: 'limited', retryAfter: 7 },
      { code: 'UPSTREAM_RATE_LIMITED', retryAfter: 7 },
    ],
    [
      { kind: 'refused', knownError: 'X' },
      { code: 'INTERNAL_SERVER_ERROR', reason: undefined },
    ],
    [
      { kind: 'unavailable', cause: 'why' },
      { code: 'UPSTREAM_UNAVAILABLE', cause: 'why' },
    ],
  ])('of %o is %o', (failure, expected) => {
    expect(toAppError(failure)).toMatchObject({ name: 'AppError', ...expected });
  });
});

function readKnownErrors(): readonly { readonly code: string; readonly status: number }[] {
  const schema = z.array(z.object({ code: z.string(), status: z.union([z.number(), z.literal('inherit')]) }));
  const file = new URL('../contract/known-errors.json', import.meta.url);
  return schema
    .parse(JSON.parse(readFileSync(file, 'utf8')))
    .flatMap(({ code, status }) => (status === 'inherit' ? [] : [{ code, status }]));
}
