import { expect, it } from 'vitest';
import { HttpDates } from '../../src/core/http-date.ts';

it('parses a date again only where its text is another one', () => {
  const dates = new HttpDates();
  const first = 'Sun, 29 Nov 2026 08:00:00 GMT';
  const next = 'Sun, 29 Nov 2026 08:00:01 GMT';
  const texts = [first, first, next, 'undefined', first];
  expect(texts.map((text) => dates.parse(text))).toEqual(texts.map((text) => Date.parse(text)));
});
