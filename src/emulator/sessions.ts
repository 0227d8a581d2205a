// The sessions of a project.
import { randomBytes, randomUUID } from 'node:crypto';

/** One sign-in of a user: `id` is the `refresh_token_id` of its access tokens. Times are milliseconds. */
export interface Session {
  readonly id: string;
  readonly userId: string;
  readonly refreshToken: string;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  readonly expiresAt: number;
  readonly isImpersonation: boolean;
  /** The program that signed in on behalf of the user. */
  readonly agentName: string | undefined;
}

/** The sessions of one project. */
export interface Sessions {
  create(options: {
    /** Default: a random one. */
    readonly id?: string | undefined;
    readonly userId: string;
    readonly expiresInMillis?: number | undefined;
    readonly isImpersonation?: boolean | undefined;
    readonly agentName?: string | undefined;
  }): Session;
  /** The active session of a refresh token; sets `lastUsedAt`. */
  use(refreshToken: string): Session | undefined;
  find(id: string): Session | undefined;
  /** Ends a session; false when it does not exist. */
  end(id: string): boolean;
  /** Ends the sessions of a user, except the one of this refresh token. */
  endAllOf(userId: string, exceptRefreshToken?: string): void;
  /** The newest first; expired ones too, as at the provider (M 682). */
  of(userId: string): readonly Session[];
}

const YEAR = 365 * 24 * 60 * 60 * 1000;

/** Creates an empty set of sessions; refresh tokens are valid for 365 days (contract 1.3). */
export function createSessions(now: () => number): Sessions {
  const sessions = new Map<string, Session>();
  const isActive = (session: Session): boolean => session.expiresAt > now();
  return {
    create({ id = randomUUID(), userId, expiresInMillis, isImpersonation, agentName }) {
      const createdAt = now();
      const session: Session = {
        id,
        userId,
        refreshToken: randomBytes(23).toString('hex').slice(1),
        createdAt,
        lastUsedAt: createdAt,
        expiresAt: createdAt + (expiresInMillis ?? YEAR),
        isImpersonation: isImpersonation ?? false,
        agentName,
      };
      sessions.set(session.id, session);
      return session;
    },
    use(refreshToken) {
      const session = [...sessions.values()].find((each) => each.refreshToken === refreshToken);
      if (!session || !isActive(session)) return undefined;
      const used = { ...session, lastUsedAt: now() };
      sessions.set(session.id, used);
      return used;
    },
    find: (id) => sessions.get(id),
    end: (id) => sessions.delete(id),
    endAllOf(userId, exceptRefreshToken) {
      for (const session of sessions.values()) {
        if (session.userId === userId && session.refreshToken !== exceptRefreshToken)
          sessions.delete(session.id);
      }
    },
    of: (userId) => [...sessions.values()].filter((each) => each.userId === userId).reverse(),
  };
}
