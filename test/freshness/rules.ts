// The rules of freshness: what an answer must be, by what the provider said at each moment and what each replica was told.
import { isRefusal, keyOf, type Subject, showsTeam } from './subjects.ts';

/** A moment of a run: the number of the step, and the milliseconds of the provider's clock. */
export interface Moment {
  readonly step: number;
  readonly time: number;
}

/** A value that the provider had from a moment until that of the next. */
interface Version {
  readonly value: string;
  readonly from: Moment;
}

/** What each subject was at the provider. */
export class ProviderRecord {
  readonly #versions = new Map<string, Version[]>();

  /** Takes note of the present value. */
  note(subject: Subject, value: string, from: Moment): void {
    const key = keyOf(subject);
    const versions = this.#versions.get(key) ?? [];
    if (versions.at(-1)?.value !== value) versions.push({ value, from });
    this.#versions.set(key, versions);
  }

  of(subject: Subject): readonly Version[] {
    return this.#versions.get(keyOf(subject)) ?? [];
  }
}

/**
 * That a replica was told of a change, by an event or by a mutation of its own. `concerns` says whether it makes an older
 * answer with this value wrong.
 */
export interface Told {
  readonly at: Moment;
  readonly replica: number;
  readonly what: string;
  readonly eventId?: string;
  concerns(subject: Subject, value: string): boolean;
}

/** A question, and what was known when it was asked. */
export interface Asked {
  readonly subject: Subject;
  readonly replica: number;
  readonly at: Moment;
  /** When the token was made; `undefined` where the answer need not be as young as the token. */
  readonly tokenMade: Moment | undefined;
  /** All that the replicas were told before this step has reached every replica. */
  readonly syncedBefore: number;
}

/** The answer to a question. `whileFailing` says that the provider failed meanwhile. */
export interface Answered extends Asked {
  readonly value: string;
  readonly until: Moment;
  readonly whileFailing: boolean;
}

/** Durations in milliseconds, as the replicas are set. */
export interface RulesOptions {
  readonly record: ProviderRecord;
  readonly told: readonly Told[];
  readonly ttl: number;
  readonly staleMax: number;
}

/** The age of a copy by which a scope may refuse. */
const RECHECK_AGE = 5_000;

/** The bounds that an answer must be within: the state that it shows must have been the provider's after each of them. */
interface Bound {
  readonly why: string;
  isBefore(end: Moment): boolean;
}

/** What is wrong with an answer, or nothing. */
export function judge(answer: Answered, options: RulesOptions): string | undefined {
  const { subject, value, until, whileFailing } = answer;
  if (value.startsWith('error')) return whileFailing ? undefined : `was answered with ${value}`;
  const versions = options.record.of(subject);
  const shown = versions.findLastIndex(
    (version) => version.value === value && version.from.step <= until.step,
  );
  if (shown === -1) return `shows "${value}", which the provider has never said of this user`;
  const end = versions[shown + 1]?.from;
  if (end === undefined) return undefined;
  const broken = boundsOf(answer, options).find((bound) => !bound.isBefore(end));
  return broken && `shows "${value}", which ended at step ${end.step}, ${broken.why}`;
}

function boundsOf(answer: Answered, { told, ttl, staleMax }: RulesOptions): readonly Bound[] {
  const { subject, value, replica, at, tokenMade, syncedBefore, whileFailing } = answer;
  const oldest = whileFailing ? staleMax : isRefusal(subject, value) ? RECHECK_AGE : ttl;
  const ownTold = told.filter((each) => each.replica === replica && each.at.step < at.step);
  const othersTold = told.filter((each) => each.replica !== replica && each.at.step < syncedBefore);
  return [
    {
      why: `${at.time} - more than ${oldest / 1000} s before`,
      isBefore: (end) => end.time > at.time - oldest,
    },
    ...(tokenMade && !whileFailing
      ? [{ why: 'and the token is younger', isBefore: (end: Moment) => end.step > tokenMade.step }]
      : []),
    ...[...ownTold, ...othersTold]
      .filter((each) => each.concerns(subject, value))
      .map((each) => ({
        why: `before ${each.what} (step ${each.at.step}, replica ${each.replica})`,
        isBefore: (end: Moment) => end.step > each.at.step,
      })),
  ];
}

/** What an event tells of: a user, or a team. */
export function toldByEvent(type: string, data: Readonly<Record<string, unknown>>): Told['concerns'] {
  if (type.startsWith('team.')) {
    const teamId = String(data['id']);
    return (subject, value) => showsTeam(subject, value, teamId);
  }
  const userId = String(type.startsWith('user.') ? data['id'] : data['user_id']);
  return (subject) => subject.userId === userId;
}
