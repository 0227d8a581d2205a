// The users of the soak: who they are at any moment, what they were before, and the tokens by which they ask.
import type { Emulator } from '../../src/emulator/emulator.ts';
import type { MintOptions } from '../../src/emulator/mint.ts';
import type { Random } from './random.ts';

/** A user. The name says who it is and how often it was changed: `P17 v3`. Times are milliseconds since the epoch. */
export interface Person {
  readonly id: string;
  readonly mark: string;
  /** Where the person's requests come from. */
  readonly address: string;
  readonly isAnonymous: boolean;
  readonly isRestricted: boolean;
  /** When each version of the name began, oldest first. */
  readonly versions: number[];
  deletedAt: number | undefined;
  /** What replicas were told of the person, the latest last. */
  readonly told: Told[];
  session: Session | undefined;
}

/** An event that a replica has taken: what the person was when it was sent, and when it was taken. */
export interface Told {
  readonly replica: number;
  readonly version: number;
  readonly isDeleted: boolean;
  readonly at: number;
}

/** A token. `generation` counts the provider's keys: 0 for the first, one more with each rotation. */
export interface Session {
  readonly token: string;
  readonly issuedAt: number;
  readonly renewAt: number;
  readonly generation: number;
}

/** All users, and what happens to them. */
export interface People {
  readonly all: readonly Person[];
  /** The one user whom the provider fails, if there is one. */
  failing: Person | undefined;
  /** A token, and the generation of keys at its making. */
  mint(options: MintOptions): Promise<Pick<Session, 'token' | 'generation'>>;
  /** The person's token, renewed now and then as clients do. */
  sessionOf(person: Person): Promise<Session>;
  /** Any user but the first, who has a part of its own. */
  pickOther(): Person;
  /** A new user in the place of another. */
  addNew(): Person;
  /** Changes a user, or replaces a user by a new one. */
  change(): void;
  /** Says that the provider's keys have been rotated. */
  turnGeneration(): number;
}

/** Creates so many users, of every kind. */
export function createPeople({
  emulator: { control },
  random,
  count,
}: {
  readonly emulator: Emulator;
  readonly random: Random;
  readonly count: number;
}): People {
  let made = 0;
  let generation = 0;

  function create(): Person {
    made += 1;
    const mark = `P${made}`;
    const kind = random.pick(['ordinary', 'ordinary', 'ordinary', 'restricted', 'anonymous'] as const);
    const { id } = control.createUser({ kind, displayName: `${mark} v1`, email: `${mark}@example.test` });
    return {
      id,
      mark,
      address: `10.${made >> 16}.${(made >> 8) & 255}.${made & 255}`,
      isAnonymous: kind === 'anonymous',
      isRestricted: kind !== 'ordinary',
      versions: [Date.now()],
      deletedAt: undefined,
      told: [],
      session: undefined,
    };
  }

  async function mint(options: MintOptions): Promise<Pick<Session, 'token' | 'generation'>> {
    const signedBy = generation;
    const token = await control.mintToken(options);
    return signedBy === generation ? { token, generation } : mint(options);
  }

  const all = Array.from({ length: count }, create);
  return {
    all,
    failing: undefined,
    mint,
    pickOther: () => random.pick(all.slice(1)),
    addNew() {
      const person = create();
      all[Math.floor(random.between(1, all.length))] = person;
      return person;
    },
    async sessionOf(person) {
      const held = person.session;
      // The token of a deleted user is never renewed.
      if (held && (Date.now() < held.renewAt || person.deletedAt !== undefined)) return held;
      const issuedAt = Math.floor(Date.now() / 1000);
      // Longer than the clock of the server is ever stepped.
      const minted = await mint({ userId: person.id, issuedAt, expiresIn: 7_200 });
      const session = { ...minted, issuedAt, renewAt: Date.now() + random.between(60_000, 180_000) };
      person.session = session;
      return session;
    },
    change() {
      const at = Math.floor(random.between(1, all.length));
      const person = all[at];
      if (!person) return;
      if (person.deletedAt !== undefined) {
        if (Date.now() - person.deletedAt > 60_000) all[at] = create();
      } else if (random.between(0, 1) < 0.05 && person.session) {
        control.deleteUser(person.id);
        person.deletedAt = Date.now();
      } else {
        // It counts from when the provider says it at the latest.
        control.updateUser(person.id, { displayName: `${person.mark} v${person.versions.length + 1}` });
        person.versions.push(Date.now());
      }
    },
    turnGeneration() {
      generation += 1;
      return generation;
    },
  };
}

/** The number of the version that was shown at that moment, from 1 on. */
export function versionAt({ versions }: Person, time: number): number {
  return Math.max(1, versions.findLastIndex((began) => began <= time) + 1);
}
