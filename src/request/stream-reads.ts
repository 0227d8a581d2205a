// Reads for an event of a stream. The teams that they show are noted, so that changes of them are seen, and so is a user who
// was deleted.
import type { UserChanges } from '../process/user-changes.ts';
import type { Copies } from '../provider/cache/copies.ts';
import type { SharedKind, TeamKind, UserKind } from '../provider/cache/kinds.ts';
import type { Reads } from '../provider/cache/reads.ts';
import type { Outcome } from '../provider/outcomes.ts';
import type { CallerRequest } from '../provider/send.ts';
import type { Uuid } from '../provider/uuid.ts';

/** What the reads of an event need besides. */
export interface StreamReadsOptions {
  readonly reads: Reads;
  readonly changes: UserChanges;
  /** Called when the provider does not know the caller any more. */
  readonly onGone: () => void;
}

/** Reads as the given ones do. */
export class StreamReads implements Reads {
  readonly copies: Copies;
  readonly #reads: Reads;
  readonly #changes: UserChanges;
  readonly #onGone: () => void;

  constructor({ reads, changes, onGone }: StreamReadsOptions) {
    this.copies = reads.copies;
    this.#reads = reads;
    this.#changes = changes;
    this.#onGone = onGone;
  }

  fresh<T>(kind: UserKind<T>, request: CallerRequest): T | undefined {
    const copy = this.#reads.fresh(kind, request);
    if (copy !== undefined) this.#noteTeams(request, kind.teamsOf?.(copy), this.#changes.teamChanges);
    return copy;
  }

  freshOfTeam<T>(kind: TeamKind<T>, request: CallerRequest, teamId: Uuid): T | undefined {
    const copy = this.#reads.freshOfTeam(kind, request, teamId);
    if (copy !== undefined) this.#noteTeams(request, [teamId], this.#changes.teamChanges);
    return copy;
  }

  fetch<T>(kind: UserKind<T>, request: CallerRequest) {
    return this.#watch(this.#reads.fetch(kind, request), request, (value: T) => kind.teamsOf?.(value));
  }

  fetchOfTeam<T>(kind: TeamKind<T>, request: CallerRequest, teamId: Uuid) {
    return this.#watch(this.#reads.fetchOfTeam(kind, request, teamId), request, () => [teamId]);
  }

  /** Nothing is noted: what is read of other users is not followed. */
  fetchAbout<T>(kind: SharedKind<T>, request: CallerRequest, userId: Uuid) {
    return this.#reads.fetchAbout(kind, request, userId);
  }

  recheck<T>(kind: UserKind<T>, request: CallerRequest) {
    const again = this.#reads.recheck(kind, request);
    return again && this.#watch(again, request, (value: T) => kind.teamsOf?.(value));
  }

  /** Is called in the same turn in which the read began. */
  #watch<T, Read extends Outcome<T>>(
    reading: Promise<Read>,
    request: CallerRequest,
    teamsOf: (value: T) => readonly string[] | undefined,
  ): Promise<Read> {
    const since = this.#changes.teamChanges;
    return reading.then((outcome) => {
      if (outcome.kind === 'ok') this.#noteTeams(request, teamsOf(outcome.value), since);
      if (outcome.kind === 'gone') this.#onGone();
      return outcome;
    });
  }

  #noteTeams({ id }: CallerRequest, teamIds: readonly string[] | undefined, since: number): void {
    if (teamIds) this.#changes.noteTeams(id, teamIds, since);
  }
}
