// Traces over OTLP. Loaded only where an endpoint is set: nothing of OpenTelemetry is in the way of a server without.
import { type Context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

/** What a span says about itself. Nothing private: no user, no token, no variable. */
export type SpanAttributes = Readonly<Record<string, string | number | undefined>>;

/** Spans of the work of this process. */
export interface Tracing {
  /** Runs work as a span of its own, below the one that is active. */
  span<T>(name: string, work: () => T): T;
  /** Runs the answer to a request as a span, below the one that its W3C headers name. */
  requestSpan<T>(name: string, header: (name: string) => string | null, work: () => T): T;
  /** Adds to the span that is active. */
  annotate(attributes: SpanAttributes): void;
  /** The W3C headers by which another process goes on with the active span. */
  outgoing(): Record<string, string>;
  /** Sends what is left. */
  close(): Promise<void>;
}

/** Starts to collect spans and to send them to `endpoint` (an OTLP/HTTP receiver, without `/v1/traces`). */
export function startTracing({
  endpoint,
  service,
}: {
  readonly endpoint: string;
  readonly service: string;
}): Tracing {
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('stack-auth-graphql');
  const propagator = new W3CTraceContextPropagator();
  const contexts = new AsyncLocalStorageContextManager().enable();

  function run<T>(
    name: string,
    { parent, kind, work }: { parent: Context; kind: SpanKind; work: () => T },
  ): T {
    const span = tracer.startSpan(name, { kind }, parent);
    const fail = (error: unknown) => {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
      throw error;
    };
    const end = <R>(result: R) => {
      span.end();
      return result;
    };
    try {
      const result = contexts.with(trace.setSpan(parent, span), work);
      return isThenable(result) ? (result.then(end, fail) as T) : end(result);
    } catch (error) {
      return fail(error);
    }
  }

  return {
    span: (name, work) => run(name, { parent: contexts.active(), kind: SpanKind.INTERNAL, work }),
    requestSpan(name, header, work) {
      const getter = {
        keys: () => ['traceparent', 'tracestate'],
        get: (_: unknown, key: string) => header(key) ?? undefined,
      };
      const parent = propagator.extract(ROOT_CONTEXT, header, getter);
      return run(name, { parent, kind: SpanKind.SERVER, work });
    },
    annotate(attributes) {
      const defined = Object.entries(attributes).filter(([, value]) => value !== undefined);
      trace.getSpan(contexts.active())?.setAttributes(Object.fromEntries(defined));
    },
    outgoing() {
      const headers: Record<string, string> = {};
      propagator.inject(contexts.active(), headers, { set: (carrier, key, value) => (carrier[key] = value) });
      return headers;
    },
    close: () => provider.shutdown(),
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value;
}
