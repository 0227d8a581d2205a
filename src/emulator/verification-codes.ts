// Codes that a project sends by e-mail, each valid once and for a week.
import { randomBytes, randomUUID } from 'node:crypto';
import { KnownError } from './known-errors.ts';

/** A code with what it stands for. Times are milliseconds. */
export interface VerificationCode<Data> {
  readonly id: string;
  readonly code: string;
  readonly data: Data;
  readonly expiresAt: number;
}

/** The codes of one kind, such as invitations. */
export interface VerificationCodes<Data> {
  create(data: Data): VerificationCode<Data>;
  /** Throws `VERIFICATION_CODE_NOT_FOUND`, `_EXPIRED` or `_ALREADY_USED`. */
  check(code: string): VerificationCode<Data>;
  /** Checks a code and uses it up. */
  use(code: string): VerificationCode<Data>;
  /** The codes that can still be used, in no fixed order at the provider; here the oldest first. */
  open(): readonly VerificationCode<Data>[];
  /** Uses up the codes that match. */
  close(matches: (code: VerificationCode<Data>) => boolean): void;
  /** Forgets the codes that match. */
  revoke(matches: (code: VerificationCode<Data>) => boolean): void;
}

const WEEK = 7 * 24 * 60 * 60 * 1000;

/** Creates an empty set of codes. */
export function createVerificationCodes<Data>(now: () => number): VerificationCodes<Data> {
  let codes: readonly VerificationCode<Data>[] = [];
  const used = new Set<string>();
  const open = () => codes.filter(({ id, expiresAt }) => !used.has(id) && expiresAt > now());
  const check = (given: string): VerificationCode<Data> => {
    const code = codes.find((each) => each.code === given.toLowerCase());
    if (!code) throw noCode();
    if (code.expiresAt <= now()) {
      throw new KnownError('VERIFICATION_CODE_EXPIRED', 'The verification code has expired.');
    }
    if (used.has(code.id)) {
      throw new KnownError('VERIFICATION_CODE_ALREADY_USED', 'The verification link has already been used.');
    }
    return code;
  };
  return {
    create(data) {
      const code = { id: randomUUID(), code: makeCode(), data, expiresAt: now() + WEEK };
      codes = [...codes, code];
      return code;
    },
    check,
    use(given) {
      const code = check(given);
      used.add(code.id);
      return code;
    },
    open,
    close(matches) {
      for (const code of open().filter(matches)) used.add(code.id);
    },
    revoke(matches) {
      codes = codes.filter((code) => !matches(code));
    },
  };
}

/** The refusal of a code that does not exist. */
export function noCode(): KnownError {
  return new KnownError(
    'VERIFICATION_CODE_NOT_FOUND',
    'The verification code does not exist for this project.',
  );
}

// 45 characters, as at the provider.
function makeCode(): string {
  return randomBytes(23).toString('hex').slice(1);
}
