// What mutations need of their request: calls that are sent once, the copies that they make wrong, and the audit.
import type { CopyKind } from '../core/events.ts';
import type { Audit, AuditEntry } from '../process/audit-log.ts';
import type { CachedProfile } from '../provider/cache/copies.ts';
import type { Outcome } from '../provider/outcomes.ts';
import type { ClientProfile } from '../provider/profile.ts';
import type { ProviderCall } from '../provider/send.ts';
import type { SentOnce } from '../provider/send-once.ts';
import { type Loaders, type LoadersOptions, REQUEST_PROVIDER } from './loaders.ts';

/** Copies that a mutation makes wrong. */
export interface Touched {
  /** Kinds of the caller's own copies, or all of them. */
  readonly own?: readonly CopyKind[] | 'all' | undefined;
  /** A team: the copies of every user whose copy has it. */
  readonly team?: string | undefined;
  /** The membership of another user. */
  readonly membership?: { readonly userId: string; readonly teamId: string } | undefined;
}

/** The fields of the caller's profile as a mutation left them, and what was cached of it when the mutation was sent. */
export interface ProfileAfter {
  readonly fields: Partial<ClientProfile>;
  readonly before: CachedProfile | undefined;
}

/** The changes that one request makes. */
export interface Changes {
  /** Sends a call of a mutation, see `sendOnce`. */
  send<T>(call: ProviderCall<T>): Promise<SentOnce<T>>;
  /** Asks what a mutation depends on, and no copy of it. */
  read<T>(call: ProviderCall<T>): Promise<Outcome<T>>;
  /** What is cached of the caller's profile, to be read before a mutation is sent. */
  cachedProfile(): CachedProfile | undefined;
  /**
   * What a mutation touched that may not have been executed. The copies of others count where a copy of the caller shows the
   * team: anyone can name a team of which nothing is known here.
   */
  perhapsTouched(touched: Touched): Touched;
  /**
   * Drops copies, of the process and of this request. A fetch that began before does not bring them back. With the fields of
   * the caller's profile as it is now, these are merged into the cached one instead.
   */
  drop(touched: Touched, profile?: ProfileAfter): void;
  /** Logs and counts a mutation of the caller. */
  audit(entry: Omit<AuditEntry, 'requestId' | 'user'>): void;
}

/** What the changes of a request are made from. */
export interface ChangesOptions extends Pick<LoadersOptions, 'credentials' | 'reads'> {
  readonly requestId: string;
  readonly audit: Audit;
}

/** Creates the changes of a request. */
export function createChanges(options: ChangesOptions, loaders: Loaders): Changes {
  const { requestId, credentials, reads, audit } = options;
  const user = credentials?.claims.id;
  return {
    send: (call) => loaders[REQUEST_PROVIDER].sendOnce(call),
    read: (call) => loaders[REQUEST_PROVIDER].call(call),
    cachedProfile: () => (user === undefined ? undefined : reads.copies.cachedProfile(user)),
    perhapsTouched(touched) {
      const teamId = touched.team ?? touched.membership?.teamId;
      const isOfTeam = user !== undefined && teamId !== undefined && reads.copies.showsTeam(user, teamId);
      return isOfTeam ? touched : { own: touched.own };
    },
    drop({ own, team, membership }, profile) {
      const kinds = own === 'all' ? undefined : own?.filter((kind) => kind !== 'profile' || !profile);
      if (user !== undefined && (own === 'all' || (kinds && kinds.length > 0)))
        reads.copies.drop({ kind: 'user', userId: user, copies: kinds }, 'here');
      if (user !== undefined && profile) reads.copies.mergeProfile(user, profile.fields, profile.before);
      if (membership) reads.copies.drop({ kind: 'membership', ...membership }, 'here');
      if (team !== undefined) reads.copies.drop({ kind: 'team', teamId: team }, 'here');
      loaders.identity.clear();
    },
    audit(entry) {
      if (user !== undefined) audit({ ...entry, requestId, user });
    },
  };
}
