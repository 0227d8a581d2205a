// What mutations need of their request: calls that are sent once, the copies that they make wrong, and the audit.
import type { Audit, AuditEntry } from '../process/audit-log.ts';
import type { ProviderCall } from '../provider/send.ts';
import type { SentOnce } from '../provider/send-once.ts';
import { FORGET, type Loaders, type LoadersOptions, REQUEST_PROVIDER } from './loaders.ts';

/** Copies that a mutation makes wrong. */
export interface Touched {
  /** Kinds of the caller's own copies, or all of them. */
  readonly own?: readonly never[] | 'all' | undefined;
  /** The copies of every user whose copy has this team. */
  readonly team?: string | undefined;
  /** The copies of another user. */
  readonly user?: string | undefined;
}

/** The changes that one request makes. */
export interface Changes {
  /** Sends a call of a mutation, see `sendOnce`. */
  send<T>(call: ProviderCall<T>): Promise<SentOnce<T>>;
  /** Drops the copies, of the process and of this request. A fetch that began before does not bring them back. */
  drop(touched: Touched): void;
  /** Logs and counts a mutation of the caller. */
  audit(entry: Omit<AuditEntry, 'requestId' | 'user'>): void;
}

/** What the changes of a request are made from. */
export interface ChangesOptions extends Pick<LoadersOptions, 'credentials'> {
  readonly requestId: string;
  readonly audit?: Audit | undefined;
}

/** Creates the changes of a request. */
export function createChanges(options: ChangesOptions, loaders: Loaders): Changes {
  const { requestId, credentials, audit } = options;
  return {
    send: (call) => loaders[REQUEST_PROVIDER].sendOnce(call),
    drop(_touched) {
      loaders[FORGET]();
    },
    audit(entry) {
      if (credentials) audit?.({ ...entry, requestId, user: credentials.claims.id });
    },
  };
}
