import { describe, expect, it } from 'vitest';
import { FINDING_CODES } from '../../../src/cli/doctor/finding.ts';
import { startEmulator } from '../../../src/emulator/emulator.ts';
import type { Fault } from '../../../src/emulator/fault.ts';
import { askDoctor } from '../../support/doctor.ts';
import { startHttpServer } from '../../support/http-server.ts';
import { describeOwnRedis, startRedis } from '../../support/redis.ts';

describe('the doctor of a healthy server', () => {
  it('reports that every check passes, and makes four calls to the provider', async () => {
    await using emulator = await startEmulator();
    emulator.control.updateProject({ trustedDomains: ['https://app.example'] });
    const { code, findings } = await askDoctor(emulator, {
      env: {
        STACK_PUBLISHABLE_CLIENT_KEY: emulator.publishableClientKey,
        CORS_ORIGINS: 'https://app.example',
      },
      args: ['--origin', 'https://app.example'],
      input: `${await emulator.control.mintToken({ userId: emulator.people.ada.id })}\n`,
    });
    expect(code).toBe(0);
    expect(findings.map(({ check, status }) => `${check} ${status}`)).toEqual([
      'environment ok',
      'keys ok',
      'secret-key ok',
      'client-key ok',
      'mutations ok',
      'clock ok',
      'cors ok',
      'redirects ok',
      'webhooks ok',
      'redis ok',
      'token ok',
      'profile ok',
    ]);
    expect(findings.filter(({ code }) => !FINDING_CODES.includes(code))).toEqual([]);
    expect(emulator.control.calls()).toMatchObject({ jwks: 1, project: 2, profile: 1, total: 4 });
  });

  it('reports the ids of the keys, and how long they are cached', async () => {
    await using emulator = await startEmulator();
    const { finding } = await askDoctor(emulator);
    const answer = await fetch(
      `${emulator.url}/api/v1/projects/${emulator.projectId}/.well-known/jwks.json?include_anonymous=true`,
    );
    const { keys } = (await answer.json()) as { readonly keys: readonly { readonly kid: string }[] };
    expect(finding('KEYS_GOOD').details).toMatchObject({
      kids: keys.map(({ kid }) => kid),
      published: 6,
      cacheControl: 'public, max-age=3600',
      freshFor: 3600,
    });
  });

  it('skips the checks for which it has no input', async () => {
    await using emulator = await startEmulator();
    const { code, of } = await askDoctor(emulator);
    expect(code).toBe(0);
    for (const check of ['cors', 'redirects', 'token'] as const)
      expect(of(check), check).toEqual(['skipped NOT_CHECKED']);
    expect(of('profile')).toEqual([]);
  });
});

describe('the doctor on the environment', () => {
  it('reports every mistake at once, and skips the other checks', async () => {
    await using emulator = await startEmulator();
    const { code, findings } = await askDoctor(emulator, {
      env: { STACK_SECRET_SERVER_KEY: '', PORT: 'http', CORS_ORIGINS: 'https://a.example/path' },
    });
    expect(code).toBe(1);
    expect(
      findings.map(({ code, details, remedy }) => [code, details?.['variable'], Boolean(remedy)]),
    ).toEqual([
      ['VARIABLE_WRONG', 'STACK_SECRET_SERVER_KEY', true],
      ['VARIABLE_WRONG', 'PORT', true],
      ['VARIABLE_WRONG', 'CORS_ORIGINS', true],
      ['NOT_CHECKED', undefined, false],
    ]);
  });

  it('warns of a variable that the server does not read', async () => {
    await using emulator = await startEmulator();
    const { code, finding } = await askDoctor(emulator, {
      env: { STACK_SECRET_KEY: 'ssk_misspelled_name' },
    });
    expect(code).toBe(0);
    expect(finding('VARIABLE_UNKNOWN').details).toEqual({ variable: 'STACK_SECRET_KEY' });
  });
});

describe('the doctor on keys and project', () => {
  it.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, readonly string[]>>]>([
    [
      'a wrong secret key',
      { STACK_SECRET_SERVER_KEY: 'ssk_of_another_project_0123' },
      { keys: ['ok KEYS_GOOD'], 'secret-key': ['failed SECRET_KEY_WRONG'] },
    ],
    [
      'a wrong client key',
      { STACK_PUBLISHABLE_CLIENT_KEY: 'pck_of_another_project_0123' },
      { 'secret-key': ['ok SECRET_KEY_GOOD'], 'client-key': ['failed CLIENT_KEY_WRONG'] },
    ],
    [
      'a wrong project',
      { STACK_PROJECT_ID: '00000000-0000-4000-8000-000000000000' },
      { keys: ['failed PROJECT_UNKNOWN'], 'secret-key': ['failed PROJECT_UNKNOWN'] },
    ],
    [
      'a provider that does not listen',
      { STACK_API_URL: 'http://127.0.0.1:9' },
      {
        keys: ['failed PROVIDER_UNREACHABLE'],
        'secret-key': ['skipped NOT_CHECKED'],
        clock: ['skipped NOT_CHECKED'],
      },
    ],
    [
      'a host name that cannot be resolved',
      { STACK_API_URL: 'https://api.stack-auth.invalid' },
      { keys: ['failed PROVIDER_UNREACHABLE'] },
    ],
  ])('reports %s', async (_what, env, expected) => {
    await using emulator = await startEmulator();
    const { code, of, findings } = await askDoctor(emulator, { env });
    expect(code).toBe(1);
    for (const [check, found] of Object.entries(expected)) {
      expect(of(check as Parameters<typeof of>[0])).toEqual(found);
    }
    expect(findings.filter(({ status, remedy }) => status === 'failed' && !remedy)).toEqual([]);
  });

  it('reports a wrong URL: with the path of the API, or https to a provider without TLS', async () => {
    await using emulator = await startEmulator();
    const withPath = await askDoctor(emulator, { env: { STACK_API_URL: `${emulator.url}/api/v1` } });
    expect(withPath.of('keys')).toEqual(['failed API_URL_WRONG']);
    const withTls = await askDoctor(emulator, {
      env: { STACK_API_URL: emulator.url.replace('http', 'https') },
    });
    expect(withTls.finding('PROVIDER_UNREACHABLE').message).toContain('TLS');
  });

  it.each<[string, Fault, string]>([
    ['is down', { kind: 'status', status: 503 }, 'failed PROVIDER_FAILS'],
    [
      'limits the project',
      { kind: 'status', status: 429, headers: { 'retry-after': '7' } },
      'warning PROVIDER_LIMITS',
    ],
    ['cuts the connection', { kind: 'reset' }, 'failed PROVIDER_UNREACHABLE'],
    ['speaks no HTTP', { kind: 'notHttp' }, 'failed PROVIDER_UNREACHABLE'],
    ['is a portal', { kind: 'body', body: '<html>', contentType: 'text/html' }, 'failed API_URL_WRONG'],
  ])('does not mistake a provider that %s for a wrong key', async (_what, fault, expected) => {
    await using emulator = await startEmulator();
    emulator.control.fail('project', fault);
    expect((await askDoctor(emulator)).of('secret-key')).toEqual([expected]);
  });

  it.each<[string, Fault, string]>([
    ['garbage', { kind: 'garbage' }, 'failed KEYS_UNUSABLE'],
    ['an empty set', { kind: 'body', body: '{"keys":[]}' }, 'failed KEYS_UNUSABLE'],
    ['500', { kind: 'status', status: 500 }, 'failed PROVIDER_FAILS'],
    ['a redirect', { kind: 'status', status: 302, headers: { location: '/' } }, 'failed API_URL_WRONG'],
    ['its keys after 2.1 s', { kind: 'slow', ms: 2_100 }, 'warning PROVIDER_SLOW'],
  ])('reports a provider that answers the request for keys with %s', async (_what, fault, expected) => {
    await using emulator = await startEmulator();
    emulator.control.fail('jwks', fault);
    expect((await askDoctor(emulator)).of('keys')).toEqual([expected]);
  });

  it('waits for a provider that hangs as long as the server would', async () => {
    await using emulator = await startEmulator();
    emulator.control.fail('all', { kind: 'hang' });
    const { of } = await askDoctor(emulator, { env: { UPSTREAM_TIMEOUT: '0.3' } });
    expect([...of('keys'), ...of('secret-key')]).toEqual(['failed PROVIDER_TIMEOUT', 'skipped NOT_CHECKED']);
  });

  it('warns of keys that are not for ES256', async () => {
    await using emulator = await startEmulator();
    const answer = await fetch(
      `${emulator.url}/api/v1/projects/${emulator.projectId}/.well-known/jwks.json?include_anonymous=true`,
    );
    const { keys } = (await answer.json()) as { readonly keys: readonly object[] };
    const body = JSON.stringify({ keys: [...keys, { kty: 'RSA', kid: 'rsa', n: 'AQAB', e: 'AQAB' }] });
    emulator.control.fail('jwks', { kind: 'body', body });
    const { finding } = await askDoctor(emulator);
    expect(finding('KEYS_PARTLY_USABLE').details).toMatchObject({ published: 7 });
  });

  it.each([
    ['behind', 3_600, 'behind'],
    ['ahead', -3_600, 'ahead of'],
  ])('reports that the clock of this machine is %s', async (_what, seconds, word) => {
    await using emulator = await startEmulator();
    const date = new Date(Date.now() + seconds * 1000).toUTCString();
    emulator.control.fail('project', { kind: 'status', status: 200, headers: { date }, body: '{}' });
    const { code, finding } = await askDoctor(emulator);
    expect(code).toBe(1);
    expect(finding('CLOCK_OFF').message).toContain(word);
    expect(Math.abs(Number(finding('CLOCK_OFF').details?.['offBy']) - seconds)).toBeLessThan(10);
  });

  it('does not mistake a cached response for a wrong clock', async () => {
    await using emulator = await startEmulator();
    const answer = await fetch(
      `${emulator.url}/api/v1/projects/${emulator.projectId}/.well-known/jwks.json?include_anonymous=true`,
    );
    emulator.control.fail('jwks', {
      kind: 'status',
      status: 200,
      headers: { date: new Date(Date.now() - 1_800_000).toUTCString(), age: '1800' },
      body: await answer.text(),
    });
    const { of, finding } = await askDoctor(emulator);
    expect(of('clock')).toEqual(['ok CLOCK_GOOD']);
    expect(finding('KEYS_GOOD').message).toContain('1800 s old');
  });
});

describe('the doctor on origins', () => {
  const env = { CORS_ORIGINS: 'https://app.example,http://localhost:3000,capacitor://localhost' };
  it.each([
    ['https://app.example', 'ok ORIGIN_ALLOWED', undefined],
    ['https://app.example/', 'failed ORIGIN_MALFORMED', 'https://app.example:'],
    ['app.example', 'failed ORIGIN_MALFORMED', 'scheme'],
    ['capacitor://localhost', 'ok ORIGIN_ALLOWED', undefined],
    ['capacitor://localhost/', 'failed ORIGIN_MALFORMED', 'capacitor://localhost:'],
    ['ionic://localhost', 'failed ORIGIN_NOT_LISTED', 'ionic://localhost'],
    ['http://app.example', 'failed ORIGIN_NOT_LISTED', undefined],
    [
      'https://other.example',
      'failed ORIGIN_NOT_LISTED',
      `CORS_ORIGINS=${env.CORS_ORIGINS},https://other.example`,
    ],
  ])('decides on %s as browsers do: %s', async (origin, expected, remedy) => {
    await using emulator = await startEmulator();
    const { of, findings } = await askDoctor(emulator, { env, args: ['--origin', origin] });
    expect(of('cors')).toEqual([expected]);
    if (remedy) expect(findings.find(({ check }) => check === 'cors')?.remedy).toContain(remedy);
  });

  it('reports what the preflight of a listed origin allows', async () => {
    await using emulator = await startEmulator();
    const { finding } = await askDoctor(emulator, { env, args: ['--origin', 'https://app.example'] });
    const { message, details } = finding('ORIGIN_ALLOWED');
    expect(message).toContain('any request header');
    const { preflight } = details as { readonly preflight: Readonly<Record<string, string>> };
    expect(preflight['access-control-allow-headers']).toContain('baggage');
    expect(preflight['access-control-allow-methods']).toBe('GET, POST, OPTIONS');
  });
});

describe('the doctor on what the project permits', () => {
  it('reports that calls with the rights of a user need a publishable client key', async () => {
    await using emulator = await startEmulator();
    expect((await askDoctor(emulator)).of('client-key')).toEqual(['ok CLIENT_KEY_NOT_NEEDED']);
    emulator.control.updateProject({ requirePublishableClientKey: true });
    const without = await askDoctor(emulator);
    expect(without.code).toBe(1);
    expect([...without.of('secret-key'), ...without.of('client-key')]).toEqual([
      'ok SECRET_KEY_GOOD',
      'failed CLIENT_KEY_REQUIRED',
    ]);
    // What the project permits is asked by client access.
    expect([...without.of('mutations'), ...without.of('redirects')]).toEqual([]);
    const env = { STACK_PUBLISHABLE_CLIENT_KEY: emulator.publishableClientKey };
    const withKey = await askDoctor(emulator, { env });
    expect([withKey.code, ...withKey.of('client-key')]).toEqual([0, 'ok CLIENT_KEY_GOOD']);
  });

  it.each([
    [{ clientTeamCreation: false }, ['createTeam']],
    [{ clientUserDeletion: false }, ['deleteMe']],
    [{ userApiKeys: false }, ['createApiKey of a user', 'revokeApiKey of a user']],
    [{ teamApiKeys: false }, ['createApiKey of a team', 'revokeApiKey of a team']],
  ])('names the mutations that are off with %o', async (settings, off) => {
    await using emulator = await startEmulator();
    emulator.control.updateProject(settings);
    const { code, finding } = await askDoctor(emulator);
    expect(code).toBe(0);
    expect(finding('MUTATIONS_LIMITED')).toMatchObject({ status: 'ok', details: { off, unknown: [] } });
    expect(finding('MUTATIONS_LIMITED').message).toContain(off.join(', '));
  });

  it('does not guess what a provider of another version leaves out', async () => {
    await using emulator = await startEmulator();
    const answerWith = (config: object) => {
      const body = JSON.stringify({ id: emulator.projectId, display_name: 'A project', config });
      emulator.control.fail('project', { kind: 'body', body });
      return askDoctor(emulator, { args: ['--origin', 'https://app.example'] });
    };
    const silent = await answerWith({});
    expect([...silent.of('mutations'), ...silent.of('redirects')]).toEqual([
      'skipped NOT_CHECKED',
      'skipped NOT_CHECKED',
    ]);
    const { finding } = await answerWith({ client_team_creation_enabled: false });
    expect(finding('MUTATIONS_LIMITED').details).toEqual({
      off: ['createTeam'],
      unknown: ['client_user_deletion_enabled', 'allow_user_api_keys', 'allow_team_api_keys'],
    });
  });
});

describe('the doctor on links in e-mails', () => {
  it.each([
    ['https://app.example', ['https://app.example'], 'ok REDIRECTS_TRUSTED'],
    ['https://app.example', ['https://app.example/path/'], 'ok REDIRECTS_TRUSTED'],
    ['https://app.example', [], 'warning REDIRECTS_NOT_TRUSTED'],
    ['https://app.example', ['http://app.example'], 'warning REDIRECTS_NOT_TRUSTED'],
    ['https://app.example', ['https://app.example:8443'], 'warning REDIRECTS_NOT_TRUSTED'],
    ['https://app.example', ['https://example', 'https://aapp.example'], 'warning REDIRECTS_NOT_TRUSTED'],
    ['https://app-example', ['https://app.example'], 'warning REDIRECTS_NOT_TRUSTED'],
    ['https://a.app.example', ['https://*.app.example'], 'ok REDIRECTS_TRUSTED'],
    ['https://b.a.app.example', ['https://*.app.example'], 'warning REDIRECTS_NOT_TRUSTED'],
    ['https://b.a.app.example', ['https://**.app.example'], 'ok REDIRECTS_TRUSTED'],
    ['http://localhost:5173', [], 'skipped NOT_CHECKED'],
    ['capacitor://localhost', [], 'skipped NOT_CHECKED'],
  ])(
    'decides whether they may lead to %s where %o is trusted: %s',
    async (origin, trustedDomains, expected) => {
      await using emulator = await startEmulator();
      emulator.control.updateProject({ trustedDomains });
      const given = await askDoctor(emulator, { args: ['--origin', origin] });
      expect(given.of('redirects')).toEqual([expected]);
      const listed = await askDoctor(emulator, { env: { CORS_ORIGINS: origin } });
      expect([listed.code, ...listed.of('redirects')]).toEqual([0, expected]);
    },
  );
});

describe('the doctor on traces', () => {
  it('tries the collector, and warns of wrong variables, without the credentials in a URL', async () => {
    await using emulator = await startEmulator();
    await using collector = await startHttpServer((request, response) => {
      response.writeHead(request.url === '/v1/traces' ? 200 : 401).end('{}');
    });
    const { host } = new URL(collector.url);
    const ask = (env: Readonly<Record<string, string>>) => askDoctor(emulator, { env });
    const good = await ask({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    expect([...good.of('traces')]).toEqual(['ok TRACES_GOOD']);
    const refused = await ask({
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `http://user:a-long-password-here@${host}/in?key=a-long-key-for-it`,
      OTEL_TRACES_SAMPLER: 'sometimes',
    });
    expect(refused.code).toBe(0);
    expect([...refused.of('traces')]).toEqual(['warning VARIABLE_WRONG', 'warning TRACES_NOT_SENT']);
    expect(JSON.stringify(refused.findings)).not.toContain('a-long-');
  });

  it('repeats no credentials of STACK_API_URL', async () => {
    await using emulator = await startEmulator();
    const { code, findings } = await askDoctor(emulator, {
      env: { STACK_API_URL: 'https://user:a-long-password-here@stack.example' },
    });
    expect(code).toBe(1);
    expect(findings[0]).toMatchObject({ code: 'VARIABLE_WRONG', details: { variable: 'STACK_API_URL' } });
    expect(JSON.stringify(findings)).not.toContain('a-long-');
  });
});

describeOwnRedis('the doctor on Redis', () => {
  it('tries it, and tells what is wrong by a code, without the password', async () => {
    await using emulator = await startEmulator();
    await using redis = await startRedis(['--requirepass', 'a-long-password']);
    const ask = (url: string) => askDoctor(emulator, { env: { REDIS_URL: url } });
    const good = await ask(redis.url.replace('//', '//:a-long-password@'));
    expect(good.of('redis')).toEqual(['ok REDIS_GOOD']);
    expect(good.finding('REDIS_GOOD').details).toMatchObject({ host: new URL(redis.url).host });
    const wrong = await ask(redis.url.replace('//', '//:a-wrong-password@'));
    expect([wrong.code, ...wrong.of('redis')]).toEqual([0, 'warning REDIS_UNUSABLE']);
    expect(wrong.finding('REDIS_UNUSABLE').details).toMatchObject({ problem: 'WRONGPASS' });
    const none = await ask(redis.url);
    expect(none.finding('REDIS_UNUSABLE').details).toMatchObject({ problem: 'NOAUTH' });
    expect(JSON.stringify([good, wrong, none])).not.toMatch(/a-(long|wrong)-password/);
    await redis.stop();
    const gone = await ask(redis.url);
    expect(gone.finding('REDIS_UNUSABLE').details).toMatchObject({ problem: 'ECONNREFUSED' });
  });
});
