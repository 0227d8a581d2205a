// The API keys of the users and teams of a project.
import { randomBytes, randomUUID } from 'node:crypto';

/** Who an API key belongs to. */
export type ApiKeyType = 'user' | 'team';

/** An API key. Times are milliseconds. */
export interface ApiKey {
  readonly id: string;
  readonly type: ApiKeyType;
  /** The id of the user or team. */
  readonly ownerId: string;
  readonly description: string;
  readonly isPublic: boolean;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  /** The secret; the API shows it when the key is created, and its last four characters later. */
  readonly value: string;
}

/** A new API key: by default secret and without expiry. */
export type NewApiKey = Pick<ApiKey, 'type' | 'ownerId' | 'description'> &
  Partial<Pick<ApiKey, 'isPublic' | 'expiresAt'>>;

/** The API keys of one project. */
export interface ApiKeys {
  create(options: NewApiKey): ApiKey;
  /** Throws when the key does not exist. */
  update(id: string, patch: Partial<Pick<ApiKey, 'description' | 'revokedAt'>>): ApiKey;
  find(id: string): ApiKey | undefined;
  findByValue(value: string): ApiKey | undefined;
  /** The newest first. */
  of(owner: Pick<ApiKey, 'type'> & { readonly ownerId: string | undefined }): readonly ApiKey[];
  /** Deletes the keys of a deleted user or team. */
  deleteAllOf(ownerId: string): void;
}

/** Creates an empty set of API keys. */
export function createApiKeys(now: () => number): ApiKeys {
  const keys = new Map<string, ApiKey>();
  const all = () => [...keys.values()];
  return {
    create(options) {
      const id = randomUUID();
      const { type, isPublic = false } = options;
      const value = makeValue({ id, type, isPublic });
      const key = { expiresAt: null, revokedAt: null, ...options, id, isPublic, value, createdAt: now() };
      keys.set(id, key);
      return key;
    },
    update(id, patch) {
      const key = keys.get(id);
      if (!key) throw new Error(`There is no API key ${id}`);
      const changed = { ...key, ...patch };
      keys.set(id, changed);
      return changed;
    },
    find: (id) => keys.get(id),
    findByValue: (value) => all().find((each) => each.value === value),
    of: ({ type, ownerId }) =>
      all()
        .filter((each) => each.type === type && each.ownerId === (ownerId ?? each.ownerId))
        .reverse(),
    deleteAllOf(ownerId) {
      for (const key of all()) if (key.ownerId === ownerId) keys.delete(key.id);
    },
  };
}

// 102 characters in the form of the provider's keys (M 686 689 707): prefix, secret, id, type, checksum.
function makeValue({ id, type, isPublic }: Pick<ApiKey, 'id' | 'type' | 'isPublic'>): string {
  const secret = randomBytes(23).toString('hex').slice(1);
  const checksum = randomBytes(9).toString('hex');
  return `${isPublic ? 'pk' : 'sk'}_${secret}${id.replaceAll('-', '')}${type}${checksum}`;
}
