// Prints, for profiles of several kinds, the memory that each holds and the estimate of it. A process of its own: what other
// tests leave behind may be freed at any time.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createCopyCache } from '../../src/provider/cache/copy-cache.ts';
import { DroppedTeams } from '../../src/provider/cache/dropped-teams.ts';
import { PROFILE } from '../../src/provider/cache/kinds.ts';
import { createSizedCache } from '../../src/provider/cache/sized-cache.ts';
import { parseProfile } from '../../src/provider/profile.ts';
import { createClock } from './clock.ts';

/** Bytes of one profile of a kind, in memory and as estimated. */
export interface ProfileMemory {
  readonly name: string;
  readonly held: number;
  readonly estimate: number;
}

setFlagsFromString('--expose-gc');
// Else V8 drops compiled code that has not run for several collections, which counts as much as hundreds of profiles.
setFlagsFromString('--no-flush-bytecode');
const collect = runInNewContext('gc') as () => void;

/** The used heap in bytes, once several collections in a row have freed no more. */
async function heap(): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let settled = 0; settled < 4; settled += 1) {
    await new Promise(setImmediate);
    collect();
    const { heapUsed } = process.memoryUsage();
    if (heapUsed < least - 100_000) settled = 0;
    least = Math.min(least, heapUsed);
  }
  return least;
}

/** A body as the provider sends it, with texts of its own. */
const bodyOf = (index: number, change: object) =>
  JSON.stringify({
    id: `27904c7e-18ab-4a8a-ab70-${String(index).padStart(12, '0')}`,
    display_name: `User ${index}`,
    primary_email: `user-${index}@example.com`,
    primary_email_verified: true,
    profile_image_url: `https://images.example.com/${index}.png`,
    signed_up_at_millis: 1_795_445_170_000 + index,
    last_active_at_millis: 1_795_445_170_000 + index,
    has_password: true,
    oauth_providers: [{ id: 'github', account_id: `account-${index}`, email: `user-${index}@example.com` }],
    ...change,
  });

/** Kinds of profiles, how many of each are measured, and what makes one of the kind. */
const KINDS: readonly (readonly [string, number, (index: number) => object])[] = [
  ['an ordinary one', 4_000, () => ({})],
  ['one without anything', 4_000, () => ({ display_name: null, oauth_providers: [] })],
  ['a name of 900 KB', 300, (index) => ({ display_name: `${index} ${'ü'.repeat(450_000)}` })],
  ['a name that is not Latin', 500, (index) => ({ display_name: `${index} ${'名'.repeat(990)}` })],
  ['an image in its URL', 100, (index) => ({ profile_image_url: `data:${index},${'x'.repeat(130_000)}` })],
  ['a URL of 950 KB', 300, (index) => ({ profile_image_url: `https://${index}/${'x'.repeat(950_000)}` })],
  [
    '18,000 accounts',
    50,
    (index) => ({
      oauth_providers: Array.from({ length: 18_000 }, (_, account) => ({
        id: 'custom',
        account_id: `${index}-${account}`,
        email: null,
      })),
    }),
  ],
  ['metadata', 100, (index) => ({ client_metadata: { list: Array.from({ length: 5_000 }, () => index) } })],
  [
    'a selected team',
    2_000,
    (index) => ({
      selected_team: {
        id: `27904c7e-18ab-4a8a-ab71-${String(index).padStart(12, '0')}`,
        display_name: `Team ${index}`,
        profile_image_url: `https://images.example.com/${index}.png`,
        client_metadata: { index },
      },
    }),
  ],
];

async function measure(
  name: string,
  count: number,
  change: (index: number) => object,
): Promise<ProfileMemory> {
  const cache = createSizedCache({ maxBytes: 1_000_000_000, max: 100_000 });
  const clock = createClock();
  const times = { ttl: 30_000, staleMax: 60_000 };
  const profiles = createCopyCache({ kind: PROFILE, ...times, cache, clock, dropped: new DroppedTeams() });
  const store = (index: number) => {
    const profile = parseProfile(JSON.parse(bodyOf(index, change(index))));
    const token = Buffer.from(`${index} ${'t'.repeat(900)}`).toString();
    const times = { issuedAt: 1, startedAt: 0, startedAtWall: 0.5 };
    profiles.store({ id: profile.id, token, isAnonymous: false, ...times }, profile);
  };
  // The tables of the cache, and what the parser keeps for itself, are there before.
  store(0);
  const [before, estimateBefore] = [await heap(), cache.bytes().signedIn];
  for (let index = 1; index <= count; index += 1) store(index);
  const held = ((await heap()) - before) / count;
  return { name, held, estimate: (cache.bytes().signedIn - estimateBefore) / count };
}

const measured: ProfileMemory[] = [];
for (const kind of KINDS) measured.push(await measure(...kind));
process.stdout.write(JSON.stringify(measured));
