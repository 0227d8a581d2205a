// Traces over OTLP. The file is loaded only if an endpoint is set, because it loads OpenTelemetry.
import {
  type Context,
  diag,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Logger } from './logger.ts';
import type { RequestSpan, SpanAttributes, Tracing } from './spans.ts';
import { createDelivery } from './trace-exporter.ts';
import type { SamplerName, TraceSettings } from './trace-settings.ts';
import { readVersion } from './version.ts';

/** What tracing needs. */
export interface TracingOptions {
  readonly settings: TraceSettings;
  readonly logger: Logger;
}

/** Starts to collect and send spans. The SDK reads the variables that `settings` does not hold from `process.env`. */
export function startTracing({ settings, logger }: TracingOptions): Tracing {
  const { processor, counts } = logWarnings(logger, () => createDelivery({ url: settings.url, logger }));
  const provider = new TracerProvider({
    resource: readResource(logger),
    sampler: createSampler(settings),
    spanProcessors: [processor],
  });
  const tracer = provider.getTracer('stack-auth-graphql');
  const propagator = new W3CTraceContextPropagator();
  const active = new ActiveContext();

  function run<T>(name: string, parent: Context, work: () => T): T {
    const span = tracer.startSpan(name, { kind: SpanKind.INTERNAL }, parent);
    try {
      const result = active.run(trace.setSpan(parent, span), work);
      if (result instanceof Promise) endWith(span, result);
      else span.end();
      return result;
    } catch (error) {
      fail(span);
      throw error;
    }
  }

  return {
    startRequest(header) {
      const isContinued = header('traceparent') !== undefined;
      const parent = isContinued ? propagator.extract(ROOT_CONTEXT, header, HEADER_GETTER) : ROOT_CONTEXT;
      const span = tracer.startSpan('request', { kind: SpanKind.SERVER }, parent);
      // A trace that begins here has no other part yet: without spans of ours there is nothing to continue.
      if (!span.isRecording() && !isContinued) return NOT_SAMPLED;
      const context = trace.setSpan(parent, span);
      // Children of a span that is not sampled are not sampled either. The context is sent on, with that decision.
      if (!span.isRecording()) return { ...NOT_SAMPLED, run: (_, work) => active.run(context, work) };
      return {
        run: (name, work) => run(name, context, work),
        record: (name, work) => endWith(tracer.startSpan(name, { kind: SpanKind.INTERNAL }, context), work),
        end(attributes) {
          span.setAttributes(withoutUndefined(attributes));
          span.end();
        },
      };
    },
    span(name, work) {
      const parent = active.context;
      return trace.getSpan(parent)?.isRecording() ? run(name, parent, work) : work();
    },
    outgoing() {
      const headers: Record<string, string> = {};
      propagator.inject(active.context, headers, { set: (carrier, key, value) => (carrier[key] = value) });
      return headers;
    },
    counts,
    close: () => provider.shutdown().catch(() => {}),
  };
}

/**
 * The context of what runs at this moment, also after an `await`. Node up to 22 has a hook on every promise and event for this:
 * it is removed while nothing runs in a context, since it takes a fifth of the CPU of a cheap request.
 */
class ActiveContext {
  readonly #contexts = new AsyncLocalStorageContextManager().enable();
  #running = 0;

  get context(): Context {
    return this.#contexts.active();
  }

  run<T>(context: Context, work: () => T): T {
    this.#running += 1;
    const end = () => {
      this.#running -= 1;
      if (this.#running === 0) this.#contexts.disable();
    };
    let result: T | undefined;
    try {
      result = this.#contexts.with(context, work);
      return result;
    } finally {
      if (result instanceof Promise) result.then(end, end);
      else end();
    }
  }
}

/** The resource of the environment's variables. The service name of OTEL_SERVICE_NAME takes precedence over ours. */
function readResource(logger: Logger) {
  const found = detectResources({ detectors: [envDetector] });
  // The detector discards the whole variable where a part of it is malformed, and does not say so.
  const { OTEL_RESOURCE_ATTRIBUTES: text, OTEL_SERVICE_NAME: name } = process.env;
  const isIgnored = Object.keys(found.attributes ?? {}).length === (name ? 1 : 0);
  if (text?.trim() && isIgnored && !/^\s*service\.name\s*=[^=,]*$/.test(text))
    logger.warn('OTEL_RESOURCE_ATTRIBUTES is malformed and ignored: it must be name=value, percent-encoded');
  return defaultResource()
    .merge(resourceFromAttributes({ 'service.name': 'stack-auth-graphql', 'service.version': readVersion() }))
    .merge(found);
}

function createSampler({ sampler, ratio }: TraceSettings): Sampler {
  const samplers = {
    always_on: () => new AlwaysOnSampler(),
    always_off: () => new AlwaysOffSampler(),
    traceidratio: () => new TraceIdRatioBasedSampler(ratio),
    parentbased_always_on: () => new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    parentbased_always_off: () => new ParentBasedSampler({ root: new AlwaysOffSampler() }),
    parentbased_traceidratio: () => new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
  } satisfies Record<SamplerName, () => Sampler>;
  return samplers[sampler]();
}

/** Runs work while warnings of OpenTelemetry, such as those about variables, are logged. */
function logWarnings<T>(logger: Logger, work: () => T): T {
  const warn = (message: string) => logger.warn(message.replace(/\S+@/g, '***@'));
  const ignore = () => {};
  diag.setLogger(
    { error: warn, warn, info: ignore, debug: ignore, verbose: ignore },
    { suppressOverrideMessage: true },
  );
  try {
    return work();
  } finally {
    diag.disable();
    // Failures to send are counted and logged by the exporter.
    setGlobalErrorHandler(ignore);
  }
}

/** The span of a request that is not sampled. */
const NOT_SAMPLED: RequestSpan = { run: (_name, work) => work(), record() {}, end() {} };

const HEADER_GETTER = {
  keys: () => ['traceparent', 'tracestate'],
  get: (header: (name: string) => string | undefined, key: string) => header(key),
};

function endWith(span: Span, work: Promise<unknown>): void {
  work.then(
    () => span.end(),
    () => fail(span),
  );
}

function fail(span: Span): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

function withoutUndefined(attributes: SpanAttributes) {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
