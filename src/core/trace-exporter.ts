// Sends spans to the collector, counts them, and logs when they cannot be sent. Loads OpenTelemetry.
import { setTimeout } from 'node:timers/promises';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import { type Clock, systemClock } from './clock.ts';
import type { Logger } from './logger.ts';
import type { SpanCounts } from './spans.ts';

/** `url` is that of `TraceSettings`. */
export interface DeliveryOptions {
  readonly url: string;
  readonly logger: Logger;
  readonly clock?: Clock;
}

/** Spans that wait to be sent, at most. */
const MAX_QUEUED_SPANS = 2_048;

/** Milliseconds for the last spans, of those that the process has for closing everything. */
const SHUTDOWN_TIMEOUT = 2_000;

/** Milliseconds until lasting trouble is logged again. */
const REMINDER = 600_000;

/** Creates the processor that sends spans in batches, and their counts. */
export function createDelivery({ url, logger, clock = systemClock }: DeliveryOptions): {
  readonly processor: SpanProcessor;
  readonly counts: SpanCounts;
} {
  const counts = { sent: 0, failed: 0, dropped: 0 };
  let accepted = 0;
  const report = createReport({ url, logger, clock });
  const otlp = new OTLPTraceExporter({ url });
  let queued = 0;
  const exporter: SpanExporter = {
    export(spans, done) {
      queued -= spans.length;
      otlp.export(spans, (result) => {
        if (result.code === ExportResultCode.SUCCESS) counts.sent += spans.length;
        else counts.failed += spans.length;
        report.result(result, counts);
        done(result);
      });
    },
    shutdown: () => otlp.shutdown(),
  };
  const batches = new BatchSpanProcessor({ exporter, maxQueueSize: MAX_QUEUED_SPANS });
  const processor: SpanProcessor = {
    onStart() {},
    // The batch processor has the same limit, but does not say how many spans it drops.
    onEnd(span: ReadableSpan) {
      if (queued >= MAX_QUEUED_SPANS) {
        counts.dropped += 1;
        return;
      }
      queued += 1;
      accepted += 1;
      batches.onEnd(span);
    },
    forceFlush: () => batches.forceFlush(),
    /** Sends what is left, for a limited time. Logs what is lost. */
    async shutdown() {
      const timer = new AbortController();
      const timeout = setTimeout(SHUTDOWN_TIMEOUT, undefined, { signal: timer.signal }).catch(() => {});
      try {
        await Promise.race([batches.shutdown(), timeout]);
      } finally {
        timer.abort();
        report.end(counts, accepted - counts.sent - counts.failed);
      }
    },
  };
  return { processor, counts };
}

/** Sends an empty batch, as the server would. Resolves with what went wrong, or `undefined` where the collector took it. */
export async function probeCollector(url: string, timeoutMillis: number): Promise<string | undefined> {
  const exporter = new OTLPTraceExporter({ url, timeoutMillis });
  const result = await new Promise<ExportResult>((resolve) => exporter.export([], resolve));
  await exporter.shutdown();
  return result.code === ExportResultCode.SUCCESS ? undefined : problemOf(result);
}

/** The URL without user, password and query, which may hold a secret. */
export function printableUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/** Logs when trouble begins, every ten minutes while it lasts, and when it or the process ends, with the number of spans lost. */
function createReport({ url, logger, clock }: Required<DeliveryOptions>) {
  let loggedAt: number | undefined;
  let lostBefore = 0;
  const collector = printableUrl(url);
  function result(result: ExportResult, { failed, dropped }: SpanCounts): void {
    const now = clock.monotonic();
    const isFailure = result.code !== ExportResultCode.SUCCESS;
    if (isFailure && loggedAt !== undefined && now - loggedAt < REMINDER) return;
    if (!isFailure && loggedAt === undefined) return;
    const lost = failed + dropped - lostBefore;
    lostBefore = failed + dropped;
    loggedAt = isFailure ? now : undefined;
    const details = { collector, lostSpans: lost };
    if (isFailure) logger.warn({ ...details, problem: problemOf(result) }, 'Traces cannot be sent');
    else logger.info(details, 'Traces are sent again');
  }
  /** The end of the process, at which `waiting` spans have not been sent. */
  function end({ failed, dropped }: SpanCounts, waiting: number): void {
    const lostSpans = failed + dropped - lostBefore + waiting;
    const problem = waiting > 0 ? 'the process ends before the collector has taken them' : 'as logged before';
    if (lostSpans > 0) logger.warn({ collector, lostSpans, problem }, 'Traces cannot be sent');
  }
  return { result, end };
}

/** The status of the collector, or the code of the network error, with a hint where there is one. */
function problemOf({ error }: ExportResult): string {
  const code: unknown = error && 'code' in error ? error.code : undefined;
  if (code === 401 || code === 403) return `it answers ${code}: check OTEL_EXPORTER_OTLP_HEADERS`;
  if (code === 404 || code === 405) return `it answers ${code}: check the path of the endpoint`;
  if (typeof code === 'number') return `it answers ${code}`;
  return typeof code === 'string' ? code : (error?.message ?? 'unknown');
}
