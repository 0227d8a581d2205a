// Traces: variables of OpenTelemetry.
import { z } from 'zod';
import { SAMPLERS } from '../../trace-settings.ts';
import type { Variable } from './variable.ts';

/** A variable of OpenTelemetry, whose standard demands a warning and no more for a wrong value: core/trace-settings.ts. */
const otel = (accepts: string) => z.string().describe(accepts).optional();

/** The rows of this section. */
export const TRACES = [
  {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    key: 'traces.baseUrl',
    parser: otel('an http or https URL'),
    meaning: 'Send traces to this URL, to which `/v1/traces` is added',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    key: 'traces.url',
    parser: otel('an http or https URL'),
    meaning: 'Send traces to exactly this URL instead',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_HEADERS',
    key: 'traces.headers',
    parser: otel('`name=value`, percent-encoded, separated by commas'),
    meaning:
      'Headers for the collector, such as `Authorization=Bearer%20…`; `OTEL_EXPORTER_OTLP_TRACES_HEADERS` as well',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_TIMEOUT',
    key: 'traces.timeout',
    parser: otel('milliseconds; if not set, 10000'),
    meaning:
      'The time limit for sending one batch, retries included; `OTEL_EXPORTER_OTLP_TRACES_TIMEOUT` as well',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_PROTOCOL',
    key: 'traces.protocol',
    parser: otel('`http/json`'),
    meaning: 'Only `http/json` is supported; anything else is warned of',
  },
  {
    name: 'OTEL_SERVICE_NAME',
    key: 'traces.serviceName',
    parser: otel('a name; if not set, `stack-auth-graphql`'),
    meaning: 'The service name in traces',
  },
  {
    name: 'OTEL_RESOURCE_ATTRIBUTES',
    key: 'traces.resourceAttributes',
    parser: otel('`name=value`, percent-encoded, separated by commas'),
    meaning: 'Attributes of all spans, such as `deployment.environment.name=production`',
  },
  {
    name: 'OTEL_TRACES_SAMPLER',
    key: 'traces.sampler',
    parser: otel(SAMPLERS.join(', ')),
    meaning: 'Which requests are traced; if not set, `parentbased_always_on`',
  },
  {
    name: 'OTEL_TRACES_SAMPLER_ARG',
    key: 'traces.samplerArg',
    parser: otel('a number from 0 to 1'),
    meaning: 'The part of the requests that the samplers with `traceidratio` trace; if not set, all',
  },
  {
    name: 'OTEL_TRACES_EXPORTER',
    key: 'traces.exporter',
    parser: otel('otlp, none'),
    meaning: '`none` turns traces off; `otlp` without an endpoint sends them to `http://localhost:4318`',
  },
  {
    name: 'OTEL_SDK_DISABLED',
    key: 'traces.disabled',
    parser: otel('true or false'),
    meaning: '`true` turns traces off',
  },
] as const satisfies readonly Variable[];
