// The audit of mutations: one line in the log and one event for each, with ids and an outcome, and never a value.
import type { Emit, MutationOutcome } from '../core/events.ts';
import type { Log } from '../core/log.ts';
import type { MutationName } from '../core/mutation-names.ts';

/** A mutation that ended. */
export interface AuditEntry {
  readonly requestId: string;
  /** The id of the caller. */
  readonly user: string;
  readonly operation: MutationName;
  readonly outcome: MutationOutcome;
  /** Why it did not succeed: the code of the user error, or the reason or code of the error. */
  readonly code?: string | undefined;
  /** The id of what was to be changed, and of the team that it belongs to. */
  readonly target?: string | undefined;
  readonly team?: string | undefined;
}

/** Logs and counts a mutation. */
export type Audit = (entry: AuditEntry) => void;

/** Creates the audit. */
export function createAudit({ logger, emit }: { readonly logger: Log; readonly emit: Emit }): Audit {
  return ({ requestId, user, operation, target, team, outcome, code }) => {
    emit({ kind: 'mutation', operation, outcome });
    logger.info({ requestId, user, operation, target, team, outcome, code }, 'Mutation');
  };
}
