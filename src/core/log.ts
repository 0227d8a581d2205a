// What services log to. They know no more of a logger than this, so that a team's own fits as well as pino.

/** Writes a line: what it is about, and a message. */
export type WriteLine = (about: object, message: string) => void;

/** The log of services. */
export interface Log {
  info: WriteLine;
  warn: WriteLine;
  error: WriteLine;
}

/** The values of `LOG_LEVEL`, from no output to the most. */
export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** A value of `LOG_LEVEL`. */
export type LogLevel = (typeof LOG_LEVELS)[number];
