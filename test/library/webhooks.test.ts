import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { AuthError, verifyWebhook } from '../../src/library/webhooks.ts';
import { OTHER_SECRET as OTHER, SECRET, signedWebhook } from '../support/signed-webhook.ts';

interface Delivery {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** An event as the provider sends it. */
function deliver(body: string, options: Parameters<typeof signedWebhook>[0] = {}): Delivery {
  const { headers } = signedWebhook({ id: 'msg_1', ...options, body });
  return { headers, body };
}

const EVENT = JSON.stringify({ type: 'user.updated', data: { id: 'a', display_name: 'Ada' } });
const toRequest = ({ headers, body }: Delivery) =>
  new Request('http://a.test/webhooks', { method: 'POST', headers, body });

describe('a webhook with a good signature', () => {
  const event = { id: 'msg_1', type: 'user.updated', data: { id: 'a', display_name: 'Ada' } };

  it.each<[string, () => Parameters<typeof verifyWebhook>[0]]>([
    ['a Request', () => toRequest(deliver(EVENT))],
    ['text', () => deliver(EVENT)],
    ['a Buffer', () => ({ ...deliver(EVENT), body: Buffer.from(EVENT) })],
    ['other bytes', () => ({ ...deliver(EVENT), body: new TextEncoder().encode(EVENT) })],
    ['headers of the standard', () => toRequest(deliver(EVENT, { prefix: 'webhook' }))],
    ['headers in upper case', () => deliver(EVENT, { prefix: 'Svix' })],
    ['an age of almost five minutes', () => deliver(EVENT, { age: 290 })],
    ['a clock that is ahead', () => deliver(EVENT, { age: -290 })],
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

  it('takes no more memory than its bytes where it comes in tiny chunks', async () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const heap = () => {
      collect();
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    const { headers, body } = deliver('x'.repeat(200_000));
    const before = heap();
    let held = Number.NaN;
    const letters = body[Symbol.iterator]();
    const chunks = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(controller) {
        const { value, done } = letters.next();
        if (!done) return controller.enqueue(Uint8Array.of(value.charCodeAt(0)));
        held = heap() - before;
        controller.close();
      },
    });
    // Node needs `duplex`, which the types of a browser do not have.
    const streamed = { method: 'POST', headers, body: chunks, duplex: 'half' };
    const request = new Request('http://a.test/', streamed);
    expect((await verifyWebhook(request, SECRET)).id).toBe('msg_1');
    expect(held).toBeLessThan(3_000_000);
  });

  it('is signed as the recorded delivery is', async () => {
    const lines = readFileSync(
      new URL('../contract/recorded-webhooks.jsonl', import.meta.url),
      'utf8',
    ).trim();
    const { secret, request } = lines
      .split('\n')
      .map((line) => JSON.parse(line))
      .find(({ kind }) => kind === 'delivery-signed-with-svix-library');
    const { 'svix-id': id, 'svix-timestamp': sentAt, 'svix-signature': signature } = request.headers;
    // It is too old to be accepted: what is signed now is signed in the same way.
    expect(new Webhook(secret).sign(id, new Date(Number(sentAt) * 1000), request.body)).toBe(signature);
    await expect(verifyWebhook(request, secret)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(await verifyWebhook(deliver(request.body, { id, secret }), secret)).toEqual({
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
    ['that is too old', () => deliver(EVENT, { age: 310 })],
    ['from the future', () => deliver(EVENT, { age: -310 })],
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
