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
  /** Throws when the channel does not exist. */
  update(id: string, patch: ContactChannelPatch): ContactChannel;
  delete(id: string): boolean;
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
  const channels = new Map<string, ContactChannel>();
  const of = (userId: string | undefined): readonly ContactChannel[] =>
    [...channels.values()].filter((each) => each.userId === (userId ?? each.userId));

  const store = (channel: ContactChannel): ContactChannel => {
    if (channel.isPrimary) {
      for (const each of of(channel.userId)) channels.set(each.id, { ...each, isPrimary: false });
    }
    const stored = { ...channel, value: channel.value.toLowerCase() };
    channels.set(channel.id, stored);
    return stored;
  };

  return {
    create: (options) =>
      store({ id: randomUUID(), isPrimary: false, isVerified: false, usedForAuth: false, ...options }),
    update(id, patch) {
      const channel = channels.get(id);
      if (!channel) throw new Error(`There is no contact channel ${id}`);
      return store({ ...channel, ...patch });
    },
    delete: (id) => channels.delete(id),
    deleteAllOf(userId) {
      for (const { id } of of(userId)) channels.delete(id);
    },
    find: (userId, id) => of(userId).find((each) => each.id === id),
    primaryOf: (userId) => of(userId).find((each) => each.isPrimary),
    findForAuth: (value) =>
      of(undefined).find((each) => each.usedForAuth && each.value === value.toLowerCase()),
    of,
  };
}
