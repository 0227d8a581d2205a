// The collector of traces, tried with an empty batch by the server's own exporter.
import type { Config } from '../../core/config/config.ts';
import { readTraceSettings } from '../../core/trace-settings.ts';
import type { Finding } from './finding.ts';

/** Milliseconds for the collector to answer. */
const TIMEOUT = 3_000;

/** Checks the variables of OpenTelemetry, and the collector where traces are on. No finding where none of them is set. */
export async function checkTraces({ traces }: Pick<Config, 'traces'>): Promise<readonly Finding[]> {
  const { settings, warnings } = readTraceSettings(traces);
  const findings = warnings.map(wrong);
  if (!settings) return findings;
  const { printableUrl, probeCollector } = await import('../../core/trace-exporter.ts');
  const collector = printableUrl(settings.url);
  const problem = await probeCollector(settings.url, TIMEOUT);
  if (problem === undefined) {
    const message = `${collector} accepts traces.`;
    return [
      ...findings,
      { check: 'traces', status: 'ok', code: 'TRACES_GOOD', message, details: { collector } },
    ];
  }
  return [
    ...findings,
    {
      check: 'traces',
      status: 'warning',
      code: 'TRACES_NOT_SENT',
      message: `${collector} does not accept traces: ${problem}.`,
      remedy:
        'Check OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_EXPORTER_OTLP_HEADERS: it must be an OTLP receiver for HTTP, usually on port 4318.',
      details: { collector, problem },
    },
  ];
}

function wrong(warning: string): Finding {
  return {
    check: 'traces',
    status: 'warning',
    code: 'VARIABLE_WRONG',
    message: `${warning}.`,
    remedy: 'docs/configuration.md lists the values.',
    details: { variable: warning.split(' ')[0] },
  };
}
