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
  const memberships = new Map<string, Membership>();
  const find = (key: MemberKey): Membership | undefined => memberships.get(nameOf(key));
  const list = ({ teamId, userId }: Partial<MemberKey>): readonly Membership[] =>
    [...memberships.values()].filter(
      (each) => each.teamId === (teamId ?? each.teamId) && each.userId === (userId ?? each.userId),
    );
  return {
    add({ teamId, userId }) {
      const membership = { teamId, userId, displayName: null, profileImageUrl: null };
      if (!find(membership)) memberships.set(nameOf(membership), membership);
    },
    update(key, patch) {
      const membership = find(key);
      if (membership) memberships.set(nameOf(key), { ...membership, ...patch });
    },
    remove: (key) => memberships.delete(nameOf(key)),
    removeAll(filter) {
      for (const membership of list(filter)) memberships.delete(nameOf(membership));
    },
    find,
    list,
  };
}

function nameOf({ teamId, userId }: MemberKey): string {
  return `${teamId} ${userId}`;
}
