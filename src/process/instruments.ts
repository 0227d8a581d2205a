// The kinds of metrics that this server uses, as short functions over prom-client.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Upper bounds of a histogram's buckets, in seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];

/** Creates metrics in one registry. */
export interface Instruments {
  /**
   * A counter, with the values of each label that are known in advance. They start at 0: an alert on an increase would
   * miss a counter that starts at 1. None starts where a label has no values that are known.
   */
  counter(name: string, help: string, labels?: Readonly<Record<string, readonly string[]>>): Counter;
  /** A counter that is kept elsewhere, by the values of a label, and read when the metrics are rendered. */
  totals(name: string, help: string, totals: Totals): void;
  /** A histogram of durations in seconds. */
  histogram(name: string, help: string): Histogram;
  /** A gauge that is read when the metrics are rendered; NaN while there is no value. */
  gauge(name: string, help: string, read: () => number | undefined): void;
  /** A gauge for each value of a label: 1 for the values that are current, else 0. */
  states(name: string, help: string, states: States): void;
}

interface States {
  readonly label: string;
  readonly values: readonly string[];
  readonly current: () => readonly string[];
}

interface Totals {
  readonly label: string;
  readonly read: () => Readonly<Record<string, number>>;
}

/** Creates the instruments of a registry. */
export function createInstruments(registry: Registry): Instruments {
  const registers = [registry];
  return {
    counter(name, help, labels = {}) {
      const counter = new Counter({ name, help, labelNames: Object.keys(labels), registers });
      for (const series of seriesOf(labels)) counter.inc(series, 0);
      return counter;
    },
    totals(name, help, { label, read }) {
      const collect = () => {
        counter.reset();
        for (const [value, total] of Object.entries(read())) counter.inc({ [label]: value }, total);
      };
      const counter: Counter = new Counter({ name, help, labelNames: [label], registers, collect });
    },
    histogram: (name, help) => new Histogram({ name, help, buckets: BUCKETS, registers }),
    gauge(name, help, read) {
      const gauge: Gauge = new Gauge({
        name,
        help,
        registers,
        collect: () => gauge.set(read() ?? Number.NaN),
      });
    },
    states(name, help, { label, values, current }) {
      const collect = () => {
        const held = current();
        for (const value of values) gauge.set({ [label]: value }, held.includes(value) ? 1 : 0);
      };
      const gauge: Gauge = new Gauge({ name, help, labelNames: [label], registers, collect });
    },
  };
}

/** Every combination of the labels' values. */
function seriesOf(labels: Readonly<Record<string, readonly string[]>>): Record<string, string>[] {
  if (Object.keys(labels).length === 0) return [];
  return Object.entries(labels).reduce<Record<string, string>[]>(
    (series, [label, values]) =>
      series.flatMap((one) => values.map((value) => Object.assign({}, one, { [label]: value }))),
    [{}],
  );
}
