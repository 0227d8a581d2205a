// What the server knows of tracing. OpenTelemetry stands behind it, and is loaded by tracing.ts alone.

/** Spans since the start: sent, refused by the collector or not sent in time, and dropped because the queue was full. */
export interface SpanCounts {
  readonly sent: number;
  readonly failed: number;
  readonly dropped: number;
}

/** Attributes of a span. They must not contain private data such as a user, a token or a variable. */
export type SpanAttributes = Readonly<Record<string, string | number | undefined>>;

/** The spans of this process. */
export interface Tracing {
  /** Starts the span of a request, as a child of the span in its W3C headers. */
  startRequest(header: (name: string) => string | undefined): RequestSpan;
  /** Runs work in a child of the active span, where there is one that is recorded. */
  span<T>(name: string, work: () => T): T;
  /** The W3C headers with which another process continues the active span. */
  outgoing(): Record<string, string>;
  readonly counts: SpanCounts;
  /** Sends the remaining spans. Never rejects: spans that cannot be sent are counted. */
  close(): Promise<void>;
}

/** The span of one request. It is active only inside `run`. */
export interface RequestSpan {
  /** Runs work in a child of this span, which is active until the work ends. */
  run<T>(name: string, work: () => T): T;
  /** Records work that has just started as a child of this span. */
  record(name: string, work: Promise<unknown>): void;
  end(attributes: SpanAttributes): void;
}
