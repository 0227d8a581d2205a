import { createLogger, type Logger } from '../../src/core/logger.ts';

/** One line of a log, parsed. Levels are pino's numbers: 50 is error, 40 warn, 30 info. */
export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A log that tests read, and whose lines they can await. */
export interface TestLog {
  readonly logger: Logger;
  readonly lines: readonly LogLine[];
  /** Resolves with the first line that has this message, past or future. */
  written(msg: string): Promise<LogLine>;
}

/** Creates a log of all levels. */
export function createTestLog(): TestLog {
  const lines: LogLine[] = [];
  const waiting = new Map<string, (line: LogLine) => void>();
  const write = (text: string): void => {
    const line: LogLine = JSON.parse(text);
    lines.push(line);
    waiting.get(line.msg)?.(line);
  };
  return {
    logger: createLogger({ level: 'trace', destination: { write } }),
    lines,
    written(msg) {
      const line = lines.find((each) => each.msg === msg);
      return line ? Promise.resolve(line) : new Promise((resolve) => waiting.set(msg, resolve));
    },
  };
}
