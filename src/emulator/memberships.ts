// The members of the teams of a project.

/** A user in a team, with the name and the image that the user has there; null where those of the user apply. */
export interface Membership {
  readonly teamId: string;
  readonly userId: string;
  readonly displayName: string | null;
  readonly profileImageUrl: string | null;
}

/** A user in a team. */
export type MemberKey = Pick<Membership, 'teamId' | 'userId'>;

/** The memberships of one project. */
export interface Memberships {
  /** Adds a member; a present one stays as it is. */
  add(key: MemberKey): void;
  update(key: MemberKey, patch: Partial<Omit<Membership, keyof MemberKey>>): void;
  remove(key: MemberKey): boolean;
  /** Removes all memberships of a team or of a user. */
  removeAll(filter: Partial<MemberKey>): void;
  find(key: MemberKey): Membership | undefined;
  /** The oldest first. */
  list(filter: Partial<MemberKey>): readonly Membership[];
}

/** Creates an empty set of memberships. */
export function createMemberships(): Memberships {
  let memberships: readonly Membership[] = [];
  const find = (key: MemberKey): Membership | undefined => memberships.find((each) => matches(each, key));
  return {
    add(key) {
      if (find(key)) return;
      const { teamId, userId } = key;
      memberships = [...memberships, { teamId, userId, displayName: null, profileImageUrl: null }];
    },
    update(key, patch) {
      memberships = memberships.map((each) => (matches(each, key) ? { ...each, ...patch } : each));
    },
    remove(key) {
      const count = memberships.length;
      memberships = memberships.filter((each) => !matches(each, key));
      return memberships.length < count;
    },
    removeAll(filter) {
      memberships = memberships.filter((each) => !matches(each, filter));
    },
    find,
    list: (filter) => memberships.filter((each) => matches(each, filter)),
  };
}

function matches(membership: Membership, { teamId, userId }: Partial<MemberKey>): boolean {
  return (
    (teamId === undefined || membership.teamId === teamId) &&
    (userId === undefined || membership.userId === userId)
  );
}
