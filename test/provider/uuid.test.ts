import { describe, expect, it } from 'vitest';
import { readUuid, uuid } from '../../src/provider/uuid.ts';

const ID = '6fc0d580-48d1-4f83-aeb9-1f6f7578388d';

describe('an id from a caller', () => {
  it('is a UUID of any version, in lower case', () => {
    const others = ['019abc00-48d1-7f83-aeb9-1f6f7578388d', '00000000-0000-0000-0000-000000000000'];
    for (const id of [ID, ...others]) expect(readUuid(id)).toBe(id);
    expect(readUuid(ID.toUpperCase())).toBe(ID);
  });

  it.each([
    '',
    'me',
    'current',
    '..',
    `${ID}/../../users/me`,
    `${ID}\n`,
    ` ${ID}`,
    `{${ID}}`,
    ID.slice(1),
    `${ID}?team_id=x`,
    ID.replace('-', ''),
    ID.replace('6', '６'),
    'x'.repeat(10_240),
    ID.repeat(300),
  ])('is nothing else: %j', (id) => {
    expect(readUuid(id)).toBeUndefined();
    expect(uuid.safeParse(id).success).toBe(false);
  });
});
