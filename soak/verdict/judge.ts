// Whether an answer is one that may come: the table of answers, strictly, by who asked for what at which moment.
import { z } from 'zod';
import { type Person, type Told, versionAt } from '../load/people.ts';
import type { Question } from '../load/questions.ts';
import { type ProviderHistory, type Span, UPSTREAM_RATE_LIMITED } from '../provider/provider-history.ts';

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** What an answer amounts to: `data`, or how it refuses the whole request, such as `401 UNAUTHENTICATED/EXPIRED_TOKEN`. */
export interface Reading {
  readonly outcome: string;
  /** Codes of fields, each with its reason. */
  readonly fieldCodes: readonly string[];
  readonly users: readonly User[];
}

type User = z.infer<typeof userSchema>;

const userSchema = z.object({
  id: z.string(),
  isAnonymous: z.boolean().optional(),
  isRestricted: z.boolean().optional(),
  displayName: z.string().nullish(),
  email: z.string().nullish(),
  emailVerified: z.boolean().nullish(),
});

const bodySchema = z.object({
  data: z
    .object({
      me: userSchema.nullish(),
      again: userSchema.nullish(),
      session: z.object({ expiresAt: z.string() }).nullish(),
      __typename: z.literal('Query').optional(),
    })
    .optional(),
  errors: z
    .array(
      z.object({
        path: z.array(z.union([z.string(), z.number()])).optional(),
        extensions: z.object({ code: z.string(), reason: z.string().optional() }),
      }),
    )
    .optional(),
});

/** Reads an answer. Throws where it is none of this server's. */
export function readAnswer({ status, text }: Answer): Reading {
  const { data, errors = [] } = bodySchema.parse(JSON.parse(text));
  const codes = errors.map(({ extensions: { code, reason } }) => (reason ? `${code}/${reason}` : code));
  return {
    outcome: data === undefined ? `${status} ${codes[0]}` : 'data',
    fieldCodes: data === undefined ? [] : codes,
    users: [data?.me, data?.again].filter((user) => user != null),
  };
}

/** Seconds that a copy of a profile may be old while nothing is wrong, as the server is set. */
export interface JudgeOptions {
  readonly history: ProviderHistory;
  readonly profileTtl: number;
}

/** Milliseconds by which moments that we note may be off. */
const SLACK = 1_000;

/** Milliseconds within which all replicas know what one was told. */
const TOLD_WITHIN = 1_000;

/** Makes the judge. It gives what is wrong with an answer, or nothing. */
export function createJudge({ history, profileTtl }: JudgeOptions) {
  function mayBeRefusedAs(question: Question, span: Span): readonly string[] {
    const {
      asker,
      generation = asker?.session.generation,
      looksForKeys,
      mayBeRefused = [],
      refusals,
    } = question;
    const hidden = history.during(span).some(({ hidesKeys }) => hidesKeys);
    return [
      ...refusals,
      ...mayBeRefused,
      ...(generation === undefined ? [] : history.refusalsOf(generation, span)),
      ...(looksForKeys && hidden ? ['503 SERVICE_UNAVAILABLE/SERVER_ERROR'] : []),
    ];
  }

  function mayBeSaidOfFields({ asker, fieldCode }: Question, span: Span): readonly string[] {
    if (!asker) return fieldCode === undefined ? [] : [fieldCode];
    const { person, session } = asker;
    return [
      ...history.during(span, person.id).flatMap(({ fieldCodes }) => fieldCodes),
      ...(person.deletedAt !== undefined && person.deletedAt <= span.to ? ['UNAUTHENTICATED/USER_GONE'] : []),
      // The provider refuses tokens of keys that it has dropped.
      ...(history.isWithdrawn(session.generation, span) ? ['UNAUTHENTICATED/INVALID_TOKEN'] : []),
    ];
  }

  function isWrongUser(
    { asker }: Question,
    user: User,
    { span, replica }: { readonly span: Span; readonly replica: number },
  ): string | undefined {
    if (!asker) return `data of ${user.id} without a signed-in user`;
    const { person, session } = asker;
    if (user.id !== person.id) return `another user: ${user.id} for ${person.id}`;
    if ((user.isAnonymous ?? person.isAnonymous) !== person.isAnonymous) return 'another class of user';
    if ((user.isRestricted ?? person.isRestricted) !== person.isRestricted) return 'another class of user';
    if (user.email != null && user.email !== `${person.mark.toLowerCase()}@example.test`)
      return `another user's e-mail: ${user.email} for ${person.mark}`;
    if (user.displayName == null) return undefined;
    const [mark, version] = user.displayName.split(' v');
    if (mark !== person.mark) return `another user's name: ${user.displayName} for ${person.mark}`;
    if (Number(version) > person.versions.length) return `a name of the future: ${user.displayName}`;
    const told = toldTo(history, { person, span, replica });
    if (told?.isDeleted) return `the profile of ${person.mark}, whose deletion was told`;
    if (told && Number(version) < told.version)
      return `a name from before an event: ${user.displayName}, not yet v${told.version}, told to replica ${told.replica}`;
    // A copy is as young as it must be, and never older than the token, unless the provider is in trouble.
    if (history.during(span, person.id).length > 0) return undefined;
    const known = Math.max(span.from - profileTtl - SLACK, session.issuedAt * 1000);
    const oldest = versionAt(person, known);
    if (person.deletedAt !== undefined && person.deletedAt < span.from - profileTtl - SLACK)
      return history.isPausedForOne(span) ? undefined : `the profile of ${person.mark}, who was deleted`;
    if (Number(version) >= oldest || history.isPausedForOne(span)) return undefined;
    return `an old name: ${user.displayName}, not yet v${oldest}`;
  }

  return ({ question, reading, span, replica = 0 }: Judged): string | undefined => {
    const { outcome, fieldCodes, users } = reading;
    if (outcome !== 'data') {
      return mayBeRefusedAs(question, span).includes(outcome) ? undefined : `refused as ${outcome}`;
    }
    if (question.refusals.length > 0) return `data, and not ${question.refusals.join(' or ')}`;
    const allowed = mayBeSaidOfFields(question, span);
    const unexpected = fieldCodes.find(
      (code) => !allowed.includes(code) && !(code === UPSTREAM_RATE_LIMITED && history.isPausedForOne(span)),
    );
    if (unexpected !== undefined) return `a field says ${unexpected}`;
    if (question.fieldCode !== undefined && fieldCodes.length === 0)
      return `nothing says ${question.fieldCode}`;
    if (question.asker && users.length === 0) return 'no user, though one is signed in';
    return users
      .map((user) => isWrongUser(question, user, { span, replica }))
      .find((wrong) => wrong !== undefined);
  };
}

/** What this replica must know of a person: it was told itself, or another one was a second ago. */
export function toldTo(
  history: Pick<ProviderHistory, 'during'>,
  { person, span, replica }: { readonly person: Person; readonly span: Span; readonly replica: number },
): Told | undefined {
  return person.told.findLast(
    (told) =>
      (told.replica === replica && told.at <= span.from) ||
      (told.at + TOLD_WITHIN <= span.from &&
        !history
          .during({ from: told.at - SLACK, to: span.from })
          .some(({ partsReplicas }) => partsReplicas === true)),
  );
}

/** An answer to a question, and when it was under way. */
export interface Judged {
  readonly question: Question;
  readonly reading: Reading;
  readonly span: Span;
  /** Which replica answered. */
  readonly replica?: number;
}
