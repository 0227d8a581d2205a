// The standard variables of OpenTelemetry. A wrong value is warned of and ignored, as the standard demands.

/** The values of `OTEL_TRACES_SAMPLER`. */
export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** A value of `OTEL_TRACES_SAMPLER`. */
export type SamplerName = (typeof SAMPLERS)[number];

/** The variables as they are set. The SDK reads headers, timeout, service name and attributes from the environment itself. */
export interface TraceVariables {
  readonly baseUrl?: string | undefined;
  readonly url?: string | undefined;
  readonly protocol?: string | undefined;
  readonly sampler?: string | undefined;
  readonly samplerArg?: string | undefined;
  readonly exporter?: string | undefined;
  readonly disabled?: string | undefined;
}

/** Where traces are sent, and which. */
export interface TraceSettings {
  readonly url: string;
  readonly sampler: SamplerName;
  /** From 0 to 1. */
  readonly ratio: number;
}

/** `settings` is undefined where there are no traces. No warning contains a value. */
export interface ReadTraceSettings {
  readonly settings: TraceSettings | undefined;
  readonly warnings: readonly string[];
}

const DEFAULT_URL = 'http://localhost:4318';
const DEFAULT_SAMPLER: SamplerName = 'parentbased_always_on';

/** Reads the settings. Never throws. */
export function readTraceSettings(variables: TraceVariables): ReadTraceSettings {
  const warnings: string[] = [];
  const { baseUrl, url, exporter } = variables;
  const isOtlp = isExported(variables, warnings);
  if (!isOtlp || (!url && !baseUrl && exporter === undefined)) return { settings: undefined, warnings };
  if (variables.protocol !== undefined && variables.protocol !== 'http/json')
    warnings.push('OTEL_EXPORTER_OTLP_PROTOCOL is not supported: traces are sent as http/json');
  const target = url ? readUrl(url) : appendPath(baseUrl ?? DEFAULT_URL);
  if (target === undefined) {
    const name = url ? 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT' : 'OTEL_EXPORTER_OTLP_ENDPOINT';
    warnings.push(`${name} is no http or https URL: no traces are sent`);
    return { settings: undefined, warnings };
  }
  return { settings: { url: target, ...readSampler(variables, warnings) }, warnings };
}

function isExported({ disabled, exporter }: TraceVariables, warnings: string[]): boolean {
  if (disabled?.toLowerCase() === 'true') return false;
  if (disabled !== undefined && disabled.toLowerCase() !== 'false')
    warnings.push('OTEL_SDK_DISABLED must be true or false: it is ignored');
  const names = exporter?.split(',').map((name) => name.trim()) ?? ['otlp'];
  if (names.includes('none')) return false;
  if (names.some((name) => name !== 'otlp'))
    warnings.push('OTEL_TRACES_EXPORTER must be otlp or none: other exporters are not supported');
  return true;
}

function readSampler({ sampler, samplerArg }: TraceVariables, warnings: string[]) {
  const known = SAMPLERS.find((name) => name === sampler);
  if (sampler !== undefined && !known)
    warnings.push(`OTEL_TRACES_SAMPLER must be one of ${SAMPLERS.join(', ')}: ${DEFAULT_SAMPLER} is used`);
  const ratio = samplerArg === undefined ? 1 : Number(samplerArg);
  if (ratio >= 0 && ratio <= 1) return { sampler: known ?? DEFAULT_SAMPLER, ratio };
  warnings.push('OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1: it is ignored');
  return { sampler: known ?? DEFAULT_SAMPLER, ratio: 1 };
}

function appendPath(base: string): string | undefined {
  const url = readUrl(base);
  return url === undefined ? undefined : readUrl(`${base.replace(/\/+$/, '')}/v1/traces`);
}

function readUrl(text: string): string | undefined {
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text).href : undefined;
}
