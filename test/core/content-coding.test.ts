import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { troubleOf } from '../../src/core/call-trouble.ts';
import { BodyDecoder } from '../../src/core/content-coding.ts';
import { createUpstream } from '../../src/core/http-client.ts';
import { startHttpServer } from '../support/http-server.ts';
import { UPSTREAM_UNAVAILABLE } from '../support/refusals.ts';

const TEXT = '{"display_name":"Zoë 名"}';
const MAX = 100_000;

/** The answer to one call, from a server that sends these bytes and names this coding. */
async function ask(coding: string | readonly string[], bytes: Buffer) {
  await using server = await startHttpServer((_request, response) => {
    response.setHeader('content-encoding', coding).end(bytes);
  });
  const upstream = createUpstream({ url: server.url, connections: 1, timeout: 5_000, maxBody: MAX });
  try {
    const answer = await upstream.get({ path: '/' }).catch((error: unknown) => ({ error }));
    return { ...answer, sent: server.received[0]?.headers };
  } finally {
    await upstream.close();
  }
}

describe('the coding of an answer', () => {
  it('is asked to be none', async () => {
    expect((await ask('identity', Buffer.from(TEXT))).sent).toHaveProperty('accept-encoding', 'identity');
  });

  it.each<[string, string | readonly string[], (data: Buffer) => Buffer]>([
    ['gzip', 'gzip', gzipSync],
    ['gzip by its old name', 'x-gzip', gzipSync],
    ['gzip in capital letters', ' GZIP ', gzipSync],
    ['brotli', 'br', brotliCompressSync],
    ['deflate', 'deflate', deflateSync],
    ['deflate without its header', 'deflate', deflateRawSync],
    ['identity', 'identity', (data) => data],
    ['two, one inside the other', 'br, gzip', (data) => gzipSync(brotliCompressSync(data))],
    ['two in two headers', ['deflate', 'br'], (data) => brotliCompressSync(deflateSync(data))],
  ])('is undone: %s', async (_what, coding, encode) => {
    expect(await ask(coding, encode(Buffer.from(TEXT)))).toMatchObject({ status: 200, body: TEXT });
    const long = Buffer.from('é'.repeat(MAX / 2));
    expect(await ask(coding, encode(long))).toMatchObject({ body: long.toString() });
  });

  it.each(['gzip', 'br', 'deflate'])('may be named where the body is empty: %s', async (coding) => {
    expect(await ask(coding, Buffer.alloc(0))).toMatchObject({ status: 200, body: '' });
  });

  const zeros = (size: number) => Buffer.alloc(size);
  it.each<[string, string, Buffer]>([
    ['one byte beyond the cap', 'gzip', gzipSync(zeros(MAX + 1))],
    ['a bomb in gzip', 'gzip', gzipSync(zeros(50_000_000))],
    ['a bomb in brotli', 'br', brotliCompressSync(zeros(50_000_000))],
    ['a bomb in deflate', 'deflate', deflateSync(zeros(50_000_000))],
    ['a bomb in a bomb', 'gzip, gzip', gzipSync(gzipSync(zeros(50_000_000)))],
    ['half of its data', 'gzip', gzipSync(TEXT).subarray(0, 20)],
    ['other data', 'br', Buffer.from(TEXT)],
    ['a coding that nobody asked for', 'zstd', Buffer.from(TEXT)],
    ['a coding of a strange name', 'constructor', Buffer.from(TEXT)],
    ['a tower of codings', 'gzip, gzip, gzip, gzip', Buffer.from(TEXT)],
  ])('makes an answer unreadable: %s', async (_what, coding, bytes) => {
    const answer = await ask(coding, bytes);
    if (!('error' in answer)) throw new Error('It was read');
    expect(answer.error).toMatchObject(UPSTREAM_UNAVAILABLE);
    expect(troubleOf(answer.error)).toBe('unreadable');
  });
});

describe('answers that wait to be decoded', () => {
  const LARGE = Buffer.alloc(20_000_000);
  const SMALL = gzipSync(TEXT);
  const GZIP = { codings: ['gzip'], max: MAX };

  // A decoder of brotli takes 16 MB, so that those of 64 calls would take a gigabyte.
  it.each<[string, string, Buffer]>([
    ['brotli', 'br', brotliCompressSync(LARGE)],
    ['gzip', 'gzip', gzipSync(LARGE)],
    ['a bomb in a bomb', 'gzip, br', brotliCompressSync(gzipSync(LARGE))],
  ])('are decoded one after the other: behind %s', async (_what, coding, bytes) => {
    const decoder = new BodyDecoder(1_000_000);
    const ended: string[] = [];
    const note = (what: string) => () => void ended.push(what);
    await Promise.all([
      decoder
        .decode(bytes, { codings: coding.split(', '), max: MAX })
        .then(note('large'), note('large refused')),
      decoder.decode(SMALL, GZIP).then(note('small')),
    ]);
    expect(ended).toEqual(['large refused', 'small']);
  });

  it('are limited in bytes, and leave room when they are decoded', async () => {
    const decoder = new BodyDecoder(2 * SMALL.length);
    const first = [decoder.decode(SMALL, GZIP), decoder.decode(SMALL, GZIP)];
    await expect(decoder.decode(SMALL, GZIP)).rejects.toThrow('Too many answers');
    await expect(Promise.all(first)).resolves.toHaveLength(2);
    await expect(decoder.decode(SMALL, GZIP)).resolves.toEqual(Buffer.from(TEXT));
    await expect(decoder.decode(SMALL.subarray(0, 20), GZIP)).rejects.toThrow();
    await expect(decoder.decode(SMALL, GZIP)).resolves.toEqual(Buffer.from(TEXT));
  });
});
