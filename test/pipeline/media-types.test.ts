import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import { mediaTypes } from '../../src/pipeline/media-types.ts';
import { BareExchange } from '../support/bare-exchange.ts';

/** The refusal of a request with these headers; `undefined` where it is admitted. */
function refusalOf(headers: Readonly<Record<string, string>>, method = 'POST'): AppError | undefined {
  try {
    void mediaTypes().admit?.(new BareExchange({ method, headers }));
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

const JSON_TYPE = { 'content-type': 'application/json' };

describe('a body', () => {
  it.each([
    'application/json',
    'Application/JSON',
    'APPLICATION/JSON;CHARSET=UTF-8',
    'application/json ; charset=utf-8',
    'application/json\t;\tcharset=utf-8',
    'application/json;charset="utf-8"',
    'application/json; a="b;c, d"; charset="UTF-8"',
    'application/json; charset=utf8',
    'application/json;',
    'application/json; charset',
  ])('is accepted as %s', (type) => {
    expect(refusalOf({ 'content-type': type })).toBeUndefined();
  });

  it.each([
    ['application/json; charset=latin1', 'UTF-8'],
    ['application/json;charset="utf-16"', 'UTF-8'],
    ['application/json; charset="utf-8, text/plain"', 'UTF-8'],
    ['application/json; charset=utf-8, text/plain', 'UTF-8'],
    ['application/json, text/plain', 'application/json'],
    ['application/jsonx', 'application/json'],
    ['application/ json', 'application/json'],
    ['text/plain;application/json', 'application/json'],
    ['application', 'application/json'],
    [`application/json;${' '.repeat(300)}`, 'application/json'],
    ['', 'application/json'],
  ])('is refused as %s, with what is accepted instead', (type, expected) => {
    const refused = refusalOf({ 'content-type': type });
    expect(refused).toMatchObject({ code: 'BAD_REQUEST', status: 415 });
    expect(refused?.message).toContain(expected);
  });

  it.each(['gzip', 'GZIP', 'br', 'deflate, gzip', 'identity, gzip', 'x-gzip', 'aes128gcm', '"identity"'])(
    'is refused in the coding %s, with the one to use',
    (coding) => {
      expect(refusalOf({ ...JSON_TYPE, 'content-encoding': coding })).toMatchObject({
        code: 'BAD_REQUEST',
        status: 415,
        headers: { 'accept-encoding': 'identity' },
      });
    },
  );

  it.each(['identity', 'Identity', 'identity , identity', ''])('is accepted in the coding %j', (coding) => {
    expect(refusalOf({ ...JSON_TYPE, 'content-encoding': coding })).toBeUndefined();
  });
});

describe('Accept', () => {
  it.each([
    '',
    '*/*',
    'text/*',
    'Application/*',
    'image/png, APPLICATION/JSON;q=0.1',
    'application/json ; charset=utf-8',
    'multipart/mixed;boundary="-"',
    '*/*;q=0, text/event-stream',
  ])('is met: %s', (accept) => {
    for (const method of ['GET', 'POST']) expect(refusalOf({ ...JSON_TYPE, accept }, method)).toBeUndefined();
  });

  it.each([
    'image/png',
    'image/*',
    'application/jsonx',
    'application/json;q=0',
    '*/*; q=0.000',
    'json',
    `*/*${','.repeat(2_000)}`,
  ])('is refused with 406: %.60s', (accept) => {
    for (const method of ['GET', 'POST']) {
      expect(refusalOf({ ...JSON_TYPE, accept }, method)).toMatchObject({ code: 'BAD_REQUEST', status: 406 });
    }
  });
});
