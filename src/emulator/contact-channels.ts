// The contact channels of the users of a project. A user's e-mail address is the value of the primary one.
import { randomUUID } from 'node:crypto';

/** An e-mail address of a user. */
export interface ContactChannel {
  readonly id: string;
  readonly userId: string;
  /** In lower case. */
  readonly value: string;
  readonly isPrimary: boolean;
  readonly isVerified: boolean;
  readonly usedForAuth: boolean;
}

/** A new contact channel: by default not primary, not verified, not used for signing in. */
export type NewContactChannel = Pick<ContactChannel, 'userId' | 'value'> &
  Partial<Pick<ContactChannel, 'isPrimary' | 'isVerified' | 'usedForAuth'>>;

/** A change of a contact channel; absent fields keep their value. */
export type ContactChannelPatch = Partial<Omit<ContactChannel, 'id' | 'userId'>>;

/** The contact channels of one project. A user has at most one primary channel. */
export interface ContactChannels {
  create(options: NewContactChannel): ContactChannel;
  update(channel: ContactChannel, patch: ContactChannelPatch): ContactChannel;
  delete(channel: ContactChannel): void;
  deleteAllOf(userId: string): void;
  find(userId: string, id: string): ContactChannel | undefined;
  primaryOf(userId: string): ContactChannel | undefined;
  /** The channel with this address with which a user signs in. */
  findForAuth(value: string): ContactChannel | undefined;
  /** The oldest first. */
  of(userId: string | undefined): readonly ContactChannel[];
}

/** Creates an empty set of contact channels. */
export function createContactChannels(): ContactChannels {
  const byUser = new Map<string, readonly ContactChannel[]>();
  const of = (userId: string | undefined): readonly ContactChannel[] =>
    userId === undefined ? [...byUser.values()].flat() : (byUser.get(userId) ?? []);

  const store = (channel: ContactChannel): ContactChannel => {
    const stored = { ...channel, value: channel.value.toLowerCase() };
    const channels = of(channel.userId);
    const others = (each: ContactChannel) => (channel.isPrimary ? { ...each, isPrimary: false } : each);
    const changed = channels.map((each) => (each.id === channel.id ? stored : others(each)));
    byUser.set(channel.userId, channels.some(({ id }) => id === channel.id) ? changed : [...changed, stored]);
    return stored;
  };

  return {
    create: (options) =>
      store({ id: randomUUID(), isPrimary: false, isVerified: false, usedForAuth: false, ...options }),
    update: (channel, patch) => store({ ...channel, ...patch }),
    delete({ id, userId }) {
      byUser.set(
        userId,
        of(userId).filter((each) => each.id !== id),
      );
    },
    deleteAllOf: (userId) => void byUser.delete(userId),
    find: (userId, id) => of(userId).find((each) => each.id === id),
    primaryOf: (userId) => of(userId).find((each) => each.isPrimary),
    findForAuth: (value) =>
      of(undefined).find((each) => each.usedForAuth && each.value === value.toLowerCase()),
    of,
  };
}
