// What was wrong with the provider and when: what the judge must know to be strict.

/** A trouble of the provider. Times are milliseconds since the epoch; it ends when it is seen to be over. */
export interface Trouble {
  readonly name: string;
  /** Codes (with reasons) that fields of the profile may show because of it. */
  readonly fieldCodes: readonly string[];
  /** Whether keys cannot be fetched meanwhile. */
  readonly hidesKeys: boolean;
  /** The one user whom it concerns; `undefined` where it concerns all. */
  readonly userId?: string | undefined;
  /** Whether replicas may not hear of each other's changes meanwhile. */
  readonly partsReplicas?: boolean | undefined;
  readonly from: number;
  healedAt: number | undefined;
  /** Since when others have been told of it, where it concerns one user. */
  othersSince?: number | undefined;
  /** Up to here a request may still show it. */
  until: number | undefined;
}

/** New keys of the provider. `seenAt` is when the server is known to have fetched them, after so many calls for keys. */
export interface Rotation {
  readonly generation: number;
  readonly keepsOld: boolean;
  readonly at: number;
  callsBefore: number;
  seenAt: number | undefined;
}

/** A stretch of time. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** All that was wrong so far. */
export interface ProviderHistory {
  readonly troubles: readonly Trouble[];
  readonly rotations: readonly Rotation[];
  begin(trouble: Pick<Trouble, 'name' | 'fieldCodes' | 'hidesKeys' | 'userId' | 'partsReplicas'>): Trouble;
  rotate(rotation: Pick<Rotation, 'generation' | 'keepsOld' | 'callsBefore'>): Rotation;
  /** Takes note of how often the provider was asked for its keys until now. */
  noteKeyCalls(calls: number): void;
  /** Takes note that this process, and with it the provider, has been late by so much, and for how long it shows. */
  noteLateness(late: number, consequences: number): void;
  /**
   * Whether others may be told of a 429 to one user at that time, or get stale profiles: all calls wait for a short while, because
   * it does not say whom it concerns. The first call says when that begins.
   */
  isPausedForOne(span: Span): boolean;
  /** The troubles of that time that concern all users, and those of this one. */
  during(span: Span, userId?: string): readonly Trouble[];
  /** Refusals that a good token of this generation may get in this time. */
  refusalsOf(generation: number, span: Span): readonly string[];
  /** Whether the keys of this generation are not the provider's any more by the end of that time. */
  isWithdrawn(generation: number, span: Span): boolean;
}

/** Milliseconds that a request may be under way between two of our observations. */
const SLACK = 1_000;

/** Milliseconds for which a breaker stays open or a single user is paused, and some for the trial. */
const BREAKER_PAUSE = 6_000;

/** The first pause of all after a 429 to one user, in milliseconds, and the answers of calls that ran meanwhile. */
const PAUSE_FOR_ONE = 2_500;

/** The code of a 429 of the provider. */
export const UPSTREAM_RATE_LIMITED = 'UPSTREAM_RATE_LIMITED';

/** Milliseconds after which a replica asks again for a key that it did not find. */
const KEYS_ASKED_AGAIN = 33_000;

/** Makes a history in which nothing has happened. Of several replicas, it is not known which of them asks for keys. */
export function createProviderHistory(replicas = 1): ProviderHistory {
  const slackOfKeys = replicas > 1 ? KEYS_ASKED_AGAIN : SLACK;
  const troubles: Trouble[] = [];
  const rotations: Rotation[] = [];
  const during = ({ from, to }: Span, userId?: string) =>
    troubles.filter(
      (trouble) =>
        trouble.from <= to &&
        (trouble.until ?? Number.POSITIVE_INFINITY) >= from &&
        (trouble.userId === undefined || trouble.userId === userId),
    );
  const isWithdrawn = (generation: number, { to }: Span) =>
    rotations.some(
      (rotation) => !rotation.keepsOld && rotation.generation > generation && rotation.at - SLACK <= to,
    );
  return {
    troubles,
    rotations,
    begin(trouble) {
      const begun = { ...trouble, from: Date.now(), healedAt: undefined, until: undefined };
      troubles.push(begun);
      return begun;
    },
    rotate(rotation) {
      const rotated = { ...rotation, at: Date.now(), seenAt: undefined };
      rotations.push(rotated);
      return rotated;
    },
    noteKeyCalls(calls) {
      const isHidden = troubles.some(({ hidesKeys, until }) => hidesKeys && until === undefined);
      for (const rotation of rotations) {
        if (rotation.seenAt !== undefined || calls === rotation.callsBefore) continue;
        if (isHidden) rotation.callsBefore = calls;
        else rotation.seenAt = Date.now();
      }
    },
    noteLateness(late, consequences) {
      const now = Date.now();
      const until = now + consequences + BREAKER_PAUSE;
      const what = { name: 'none made: this process was late', fieldCodes: ['UPSTREAM_UNAVAILABLE'] };
      troubles.push({ ...what, hidesKeys: true, from: now - late - consequences, healedAt: now, until });
    },
    during,
    isPausedForOne(span) {
      const limiting = troubles.findLast(
        ({ userId, fieldCodes, from }) =>
          userId !== undefined && fieldCodes.includes(UPSTREAM_RATE_LIMITED) && from <= span.to,
      );
      if (!limiting || (limiting.healedAt ?? span.from) + PAUSE_FOR_ONE < span.from) return false;
      limiting.othersSince ??= span.from;
      return span.from <= limiting.othersSince + PAUSE_FOR_ONE;
    },
    isWithdrawn,
    refusalsOf(generation, span) {
      const born = rotations.find((rotation) => rotation.generation === generation);
      const isNew =
        born !== undefined && (born.seenAt ?? Number.POSITIVE_INFINITY) + slackOfKeys >= span.from;
      if (!isNew && !isWithdrawn(generation, span)) return [];
      const hidden = during(span).some(({ hidesKeys }) => hidesKeys);
      return [
        '401 UNAUTHENTICATED/INVALID_TOKEN',
        ...(hidden ? ['503 SERVICE_UNAVAILABLE/SERVER_ERROR'] : []),
      ];
    },
  };
}
