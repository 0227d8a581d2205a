import { describe, expect, it } from 'vitest';
import { readTraceSettings } from '../../src/core/trace-settings.ts';

const baseUrl = 'http://collector:4318/';
const DEFAULTS = { url: 'http://collector:4318/v1/traces', sampler: 'parentbased_always_on', ratio: 1 };

describe('the variables of OpenTelemetry', () => {
  it.each([
    ['the endpoint alone', {}, DEFAULTS],
    [
      'an endpoint with a path',
      { baseUrl: 'https://c/otlp' },
      { ...DEFAULTS, url: 'https://c/otlp/v1/traces' },
    ],
    ['an endpoint for traces', { url: 'https://c/in?key=1' }, { ...DEFAULTS, url: 'https://c/in?key=1' }],
    [
      'a ratio',
      { sampler: 'traceidratio', samplerArg: '0.25' },
      { ...DEFAULTS, sampler: 'traceidratio', ratio: 0.25 },
    ],
    ['a sampler', { sampler: 'always_off' }, { ...DEFAULTS, sampler: 'always_off' }],
    [
      'otlp without an endpoint',
      { baseUrl: undefined, exporter: 'otlp' },
      { ...DEFAULTS, url: 'http://localhost:4318/v1/traces' },
    ],
    ['no endpoint', { baseUrl: undefined }, undefined],
    ['the SDK disabled', { disabled: 'TRUE' }, undefined],
    ['no exporter', { exporter: 'none' }, undefined],
  ])('%s', (_what, variables, settings) => {
    expect(readTraceSettings({ baseUrl, ...variables })).toEqual({ settings, warnings: [] });
  });

  it.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', { baseUrl: 'user:secret@collector:4318' }, undefined],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', { url: 'ftp://user:secret@collector' }, undefined],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', { protocol: 'grpc' }, DEFAULTS],
    ['OTEL_TRACES_SAMPLER', { sampler: 'sometimes' }, DEFAULTS],
    ['OTEL_TRACES_SAMPLER_ARG', { samplerArg: 'secret' }, DEFAULTS],
    ['OTEL_TRACES_SAMPLER_ARG', { samplerArg: '1.5' }, DEFAULTS],
    ['OTEL_TRACES_EXPORTER', { exporter: 'console' }, DEFAULTS],
    ['OTEL_SDK_DISABLED', { disabled: 'yes' }, DEFAULTS],
  ])('warn of a wrong value of %s, and go on', (name, variables, settings) => {
    const read = readTraceSettings({ baseUrl, ...variables });
    expect(read).toEqual({ settings, warnings: [expect.stringMatching(`^${name} `)] });
    expect(read.warnings.join()).not.toContain('secret');
  });
});
