// Traces over OTLP. Loaded only where an endpoint is set, so that a server without one loads nothing of OpenTelemetry.
import { type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

/** Attributes of a span. Nothing private: no user, no token, no variable. */
export type SpanAttributes = Readonly<Record<string, string | number | undefined>>;

/** The spans of this process. */
export interface Tracing {
  /** Starts the span of a request, below the one that its W3C headers name. */
  startRequest(header: (name: string) => string | undefined): RequestSpan;
  /** Runs work as a span below the one that is active. */
  span<T>(name: string, work: () => T): T;
  /** The W3C headers by which another process continues the active span. */
  outgoing(): Record<string, string>;
  /** Sends the spans that are left. */
  close(): Promise<void>;
}

/** The span of one request. It is kept by its owner, and active only inside `run`. */
export interface RequestSpan {
  /** Runs work as a span below this one, and makes that span active for as long as the work takes. */
  run<T>(name: string, work: () => T): T;
  /** Records work that has just been started as a span below this one. */
  record(name: string, work: Promise<unknown>): void;
  end(attributes: SpanAttributes): void;
}

/** Where spans are sent, and the name of this service. */
export interface TracingOptions {
  /** An OTLP/HTTP receiver, without `/v1/traces`. */
  readonly endpoint: string;
  readonly service: string;
}

/** Starts to collect spans and to send them. */
export function startTracing({ endpoint, service }: TracingOptions): Tracing {
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('stack-auth-graphql');
  const propagator = new W3CTraceContextPropagator();
  const contexts = new AsyncLocalStorageContextManager().enable();

  function run<T>(name: string, parent: Context, work: () => T): T {
    const span = tracer.startSpan(name, { kind: SpanKind.INTERNAL }, parent);
    try {
      const result = contexts.with(trace.setSpan(parent, span), work);
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
      const parent = propagator.extract(ROOT_CONTEXT, header, HEADER_GETTER);
      const span = tracer.startSpan('request', { kind: SpanKind.SERVER }, parent);
      const context = trace.setSpan(parent, span);
      return {
        run: (name, work) => run(name, context, work),
        record: (name, work) => endWith(tracer.startSpan(name, { kind: SpanKind.INTERNAL }, context), work),
        end(attributes) {
          span.setAttributes(withoutUndefined(attributes));
          span.end();
        },
      };
    },
    span: (name, work) => run(name, contexts.active(), work),
    outgoing() {
      const headers: Record<string, string> = {};
      propagator.inject(contexts.active(), headers, { set: (carrier, key, value) => (carrier[key] = value) });
      return headers;
    },
    close: () => provider.shutdown(),
  };
}

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
