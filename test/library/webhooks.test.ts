import { readFileSync } from 'node:fs';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AuthError, verifyWebhook } from '../../src/library/webhooks.ts';

const SECRET = `whsec_${Buffer.from('a secret of twenty-four!').toString('base64')}`;
const OTHER = `whsec_${Buffer.from('another one of this size').toString('base64')}`;
const NOW = new Date('2027-01-15T08:00:00Z');

interface Delivery {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** An event as the provider sends it, `age` seconds ago. */
function deliver(
  body: string | Buffer,
  { secret = SECRET, age = 0, prefix = 'svix', id = 'msg_1' } = {},
): Delivery {
  const sentAt = new Date(NOW.getTime() - age * 1000);
  const headers = {
    [`${prefix}-id`]: id,
    [`${prefix}-timestamp`]: String(sentAt.getTime() / 1000),
    [`${prefix}-signature`]: new Webhook(secret).sign(id, sentAt, body),
  };
  return { headers, body: body.toString() };
}

const EVENT = JSON.stringify({ type: 'user.updated', data: { id: 'a', display_name: 'Ada' } });
const toRequest = ({ headers, body }: Delivery) =>
  new Request('http://a.test/webhooks', { method: 'POST', headers, body });

// The library that checks signatures reads the time from `Date`, and takes no clock.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: NOW }));
afterEach(() => void vi.useRealTimers());

describe('a webhook with a good signature', () => {
  const event = { id: 'msg_1', type: 'user.updated', data: { id: 'a', display_name: 'Ada' } };

  it.each<[string, () => Parameters<typeof verifyWebhook>[0]]>([
    ['a Request', () => toRequest(deliver(EVENT))],
    ['text', () => deliver(EVENT)],
    ['a Buffer', () => ({ ...deliver(EVENT), body: Buffer.from(EVENT) })],
    ['other bytes', () => ({ ...deliver(EVENT), body: new TextEncoder().encode(EVENT) })],
    ['headers of the standard', () => toRequest(deliver(EVENT, { prefix: 'webhook' }))],
    ['headers in upper case', () => deliver(EVENT, { prefix: 'Svix' })],
    ['an age of five minutes', () => deliver(EVENT, { age: 300 })],
    ['a clock that is ahead', () => deliver(EVENT, { age: -300 })],
  ])('is read from %s', async (_what, from) => {
    expect(await verifyWebhook(from(), SECRET)).toEqual(event);
  });

  it('is that of any of several secrets', async () => {
    expect(await verifyWebhook(deliver(EVENT), `${OTHER}, ${SECRET}`)).toEqual(event);
    const { headers, body } = deliver(EVENT, { secret: OTHER });
    expect(await verifyWebhook({ headers, body }, `${OTHER},${SECRET}`)).toEqual(event);
    const both = { ...headers, 'svix-signature': `v2,abc v1,abc ${headers['svix-signature']}` };
    expect(await verifyWebhook({ headers: both, body }, OTHER)).toEqual(event);
  });

  it.each(['', 'no JSON', '[]', 'null', '"text"', '{"data":1}', '{"type":7}'])(
    'that is no event has an empty type: %s',
    async (body) => {
      expect(await verifyWebhook(toRequest(deliver(body)), SECRET)).toEqual({
        id: 'msg_1',
        type: '',
        data: undefined,
      });
    },
  );

  it('counts every byte, a byte order mark too', async () => {
    const marked = `\ufeff${EVENT}`;
    expect((await verifyWebhook(toRequest(deliver(marked)), SECRET)).id).toBe('msg_1');
    const { headers } = deliver(EVENT);
    await expect(verifyWebhook(toRequest({ headers, body: marked }), SECRET)).rejects.toThrow(AuthError);
  });

  it('may be as large as 256 KiB, and no larger', async () => {
    const large = 'x'.repeat(262_144);
    expect((await verifyWebhook(toRequest(deliver(large)), SECRET)).id).toBe('msg_1');
    for (const from of [deliver(`${large}x`), toRequest(deliver(`${large}x`))])
      await expect(verifyWebhook(from, SECRET)).rejects.toMatchObject({ code: 'BAD_REQUEST', status: 413 });
  });

  it('is that of the recorded delivery', async () => {
    const lines = readFileSync(
      new URL('../contract/recorded-webhooks.jsonl', import.meta.url),
      'utf8',
    ).trim();
    const { secret, request } = lines
      .split('\n')
      .map((line) => JSON.parse(line))
      .find(({ kind }) => kind === 'delivery-signed-with-svix-library');
    vi.setSystemTime(Number(request.headers['svix-timestamp']) * 1000);
    expect(await verifyWebhook(request, secret)).toEqual({
      id: 'msg_2h4Example',
      ...JSON.parse(request.body),
    });
  });
});

describe('a webhook is refused', () => {
  it.each<[string, () => Delivery]>([
    ['without headers', () => ({ ...deliver(EVENT), headers: {} })],
    ['with another body', () => ({ ...deliver(EVENT), body: EVENT.replace('Ada', 'Eve') })],
    ['with another secret', () => deliver(EVENT, { secret: OTHER })],
    ['that is too old', () => deliver(EVENT, { age: 301 })],
    ['from the future', () => deliver(EVENT, { age: -301 })],
    ['with another id', () => withHeader('svix-id', 'msg_2')],
    ['with a time that is none', () => withHeader('svix-timestamp', 'now')],
    ['with an empty signature', () => withHeader('svix-signature', 'v1,')],
    ['with a version alone', () => withHeader('svix-signature', 'v1')],
    ['with half of the headers under each spelling', () => halved()],
  ])('%s', async (_what, make) => {
    for (const from of [make(), toRequest(make())])
      await expect(verifyWebhook(from, SECRET)).rejects.toMatchObject({
        code: 'BAD_REQUEST',
        status: 400,
        message: 'The webhook has no good signature',
      });
  });

  function withHeader(name: string, value: string): Delivery {
    const { headers, body } = deliver(EVENT);
    return { headers: { ...headers, [name]: value }, body };
  }

  function halved(): Delivery {
    const { headers, body } = deliver(EVENT);
    const { 'svix-id': id = '', ...rest } = headers;
    return { headers: { ...rest, 'webhook-id': id }, body };
  }
});

describe('a secret that is none', () => {
  it.each<unknown>([
    '',
    'whsec_',
    'whsec_a',
    'pck_abcdef',
    `${SECRET},`,
    `${SECRET},pck_a`,
    undefined,
    [SECRET],
  ])('is told: %s', async (secret) => {
    await expect(verifyWebhook(deliver(EVENT), secret as string)).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.not.stringContaining('pck_'),
    });
  });
});

describe('a body that is not as it came', () => {
  const { headers } = deliver(EVENT);

  it.each<[string, () => unknown]>([
    ['was parsed', () => ({ headers, body: JSON.parse(EVENT) })],
    ['was parsed to a number', () => ({ headers, body: 7 })],
    ['nothing has read', () => ({ headers })],
    [
      'was read before',
      async () => {
        const request = toRequest(deliver(EVENT));
        await request.text();
        return request;
      },
    ],
  ])('is told, since its signature cannot be checked: it %s', async (_what, make) => {
    const received = (await make()) as Delivery;
    await expect(verifyWebhook(received, SECRET)).rejects.toMatchObject({
      code: 'INTERNAL_SERVER_ERROR',
      message: expect.stringContaining('the bytes or the text'),
    });
  });
});
