/** One sample of Prometheus' text format. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** All metrics of a process at one moment. */
export interface Scrape {
  readonly samples: readonly Sample[];
  /** The sum of all samples of this name with these labels. Throws when there is none. */
  value(name: string, labels?: Readonly<Record<string, string>>): number;
}

/** Fetches the metrics of a process as Prometheus does. Throws when the answer is not metrics. */
export async function scrape(metricsUrl: string): Promise<Scrape> {
  const answer = await fetch(`${metricsUrl}/metrics`);
  if (answer.status !== 200) throw new Error(`/metrics answered ${answer.status}`);
  const samples = parseSamples(await answer.text());
  if (samples.length === 0) throw new Error('/metrics is empty');
  return {
    samples,
    value(name, labels = {}) {
      const found = samples.filter((sample) => sample.name === name && fits(sample, labels));
      if (found.length === 0) throw new Error(`No sample of ${name} ${JSON.stringify(labels)}`);
      return found.reduce((sum, { value }) => sum + value, 0);
    },
  };
}

/** Parses Prometheus' text format. Throws on an invalid line. */
function parseSamples(text: string): readonly Sample[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name, labels = '', value] = /^([\w:]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      if (name === undefined || value === undefined) throw new Error(`No sample: ${line}`);
      const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
      return {
        name,
        labels: Object.fromEntries(pairs.map(([, label, text]) => [label, text])),
        value: Number(value === '+Inf' ? 'Infinity' : value),
      };
    });
}

function fits({ labels }: Sample, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([label, value]) => labels[label] === value);
}
