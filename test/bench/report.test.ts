import { describe, expect, it } from 'vitest';
import { toChart } from '../../bench/report/chart.ts';
import type { Circumstances } from '../../bench/report/machine.ts';
import { toMarkdown } from '../../bench/report/markdown.ts';
import { carriesTarget } from '../../bench/report/ratios.ts';
import { findRow, ratio, type Summary, summarise } from '../../bench/report/summary.ts';
import { checkTargets } from '../../bench/report/targets.ts';
import type { Round } from '../../bench/run/rounds.ts';
import { withFigures } from '../../tools/docs/figures.ts';

const AT: Circumstances = {
  command: 'npm run bench',
  commit: 'abc1234',
  date: '2026-01-02',
  node: 'v24.1.0',
  bun: undefined,
  system: 'linux x64',
  cpu: 'CPU',
  cores: 2,
  memoryGiB: 8,
  pinned: true,
  loadBefore: 0,
  options: {
    rounds: 2,
    otherRounds: 1,
    seconds: 3,
    warmUp: 2,
    connections: 64,
    users: 1000,
    sweep: 100,
    logLevel: 'error',
  },
};

/** The machine is twice as slow in the second round. */
const CPU = { ours: 50, 'ours-log': 60, 'yoga-jwt': 550, 'yoga-jwt-log': 600, mercurius: 45 };

describe('the report of the benchmark', () => {
  it('takes ratios within a round, and none from rounds that a server has no part in', () => {
    const summary = summaryOf(roundsOf(CPU));
    const of = { peer: 'ours', workload: 'w1' };
    expect(ratio(summary, { of, to: { ...of, peer: 'yoga-jwt' }, by: 'rate' })).toBeCloseTo(11);
    expect(ratio(summary, { of, to: { ...of, peer: 'yoga-jwt' }, by: 'cpu' })).toBeCloseTo(1 / 11);
    // It took part in the first round alone; the median of ours would give 0.68.
    expect(ratio(summary, { of, to: { ...of, peer: 'mercurius' }, by: 'rate' })).toBeCloseTo(0.9);
    expect(findRow(summary, 'w1', 'ours')).toMatchObject({ cpuMicros: 75, rounds: 2 });
  });

  it('compares a workload with another of the same rounds', () => {
    const of = { peer: 'ours', workload: 'w5' };
    const w5 = roundsOf({ ours: 80 }).map((round) => ({ ...round, workload: 'w5' }));
    const summary = summaryOf([...roundsOf(CPU), ...w5]);
    expect(ratio(summary, { of, to: { ...of, workload: 'w1' }, by: 'cpu' })).toBeCloseTo(1.6);
  });

  it('says which targets are reached, missed and not measured', () => {
    const targets = checkTargets({ summary: summaryOf(roundsOf(CPU)), starts: [], floods: undefined });
    const find = (text: string) => targets.find(({ what }) => what.includes(text));
    expect(find('w1: requests per second against Yoga')).toMatchObject({ reached: true, wanted: '≥ 10×' });
    expect(find('Mercurius, neither')).toMatchObject({ reached: false, found: '0.90× (CPU 0.90×)' });
    expect(find('both with a log')).toMatchObject({ reached: undefined, found: '–' });
    expect(find('resident memory')).toMatchObject({ reached: false, found: '300 MiB' });
    expect(find('start')).toMatchObject({ reached: undefined });
  });

  it('holds what a flood takes from good requests against its part of the CPU', () => {
    const bad = roundsOf({ 'ours-60-failures': 50 }).map((round) => ({ ...round, workload: 'w4-garbage' }));
    const summary = summaryOf([...roundsOf(CPU), ...bad]);
    const found = (good: number, bad: number) => {
      const row = { peer: 'ours-60-failures', title: '', p50: 1, p99: 2 };
      const rows = [
        { ...row, flood: undefined, bad: 0, good: 10_000 },
        { ...row, flood: 'w4-garbage', bad, good },
      ];
      const floods = { goodConnections: 8, badConnections: 64, rows };
      const targets = checkTargets({ summary, starts: [], floods });
      return targets.find(({ what }) => what.startsWith('flood of w4-garbage'));
    };
    expect(found(1_000, 9_000)).toMatchObject({ reached: true, found: '90 %', wanted: '≤ 95 %' });
    expect(found(2_000, 1_000)).toMatchObject({ reached: false, found: '80 %', wanted: '≤ 38 %' });
  });

  it('does not count a server with a fault', () => {
    const fault = { peer: 'ours', workload: 'w1', what: '1 of 2 answers were wrong' };
    const summary = summaryOf(roundsOf(CPU), [fault]);
    expect(findRow(summary, 'w1', 'ours')).toBeUndefined();
    const page = toMarkdown({ summary, starts: [], floods: undefined }, AT).join('\n\n');
    expect(page).toContain('- w1, ours: `1 of 2 answers were wrong`');
    expect(page).not.toContain('| stack-auth-graphql |  |');
  });

  it('knows which servers need all rounds', () => {
    expect(carriesTarget({ peer: 'ours', workload: 'w5' })).toBe(true);
    expect(carriesTarget({ peer: 'mercurius-log', workload: 'w1' })).toBe(true);
    expect(carriesTarget({ peer: 'yoga-jwt-log', workload: 'w1' })).toBe(false);
    expect(carriesTarget({ peer: 'apollo-express', workload: 'w1' })).toBe(false);
  });

  it('has sections that pages take over', () => {
    const found = { summary: summaryOf(roundsOf(CPU)), starts: [], floods: undefined };
    const page = toMarkdown(found, AT).join('\n\n');
    const read = (path: string) => (path.endsWith('full.md') ? page : '');
    const taken = (name: string) => withFigures(`<!-- figures ${name} -->\n<!-- end -->`, read);
    expect(taken('cpu')).toContain('| yoga-jwt | 825 |');
    expect(taken('settings')).toContain('| ours | 75 (15,000/s) | 90 (12,500/s) | 90 (12,500/s) |');
    expect(taken('headline')).toContain('75 µs of CPU on Node 24');
    expect(taken('headline')).toContain(
      '11.0 times the requests of Yoga with its JWT plugin and 0.9 times the requests of Mercurius',
    );
    expect(taken('features')).toContain('| request id |');
  });

  it('draws a picture that fits a README, with two bars for each server', () => {
    const picture = toChart(summaryOf(roundsOf(CPU)), AT);
    expect(picture).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="720" /);
    expect(picture).toContain('prefers-color-scheme: dark');
    const bars = [...picture.matchAll(/<rect class="(\S+)" x="(\S+)" y="\S+" width="(\S+)"/g)];
    expect(bars.map(([, kind]) => kind)).toEqual(['ours', 'ours-log', 'peer']);
    for (const [, , x, width] of bars) expect(Number(x) + Number(width)).toBeLessThan(600);
  });
});

function summaryOf(rounds: readonly Round[], faults: Summary['faults'] = []): Summary {
  const names = [...new Set(rounds.map(({ peer }) => peer))];
  const peers = names.map((name) => ({
    name,
    title: name,
    server: name.replace('-log', ''),
    setting: name.endsWith('-log') ? ('log' as const) : ('bare' as const),
    entry: '',
    env: {},
    workloads: [],
    constant: false,
  }));
  return summarise({ peers, rounds, faults, starts: [] });
}

function roundsOf(cpu: Readonly<Record<string, number>>): readonly Round[] {
  return [1, 2].flatMap((round) =>
    Object.entries(cpu)
      .filter(([peer]) => peer !== 'mercurius' || round === 1)
      .map(([peer, micros]): Round => {
        const cpuMicros = micros * round;
        return {
          peer,
          workload: 'w1',
          round,
          together: 'w1',
          requests: 1_000_000 / cpuMicros,
          seconds: 1,
          cpuMicros,
          p50: 1,
          p99: 2,
          serverShare: 1,
          loadShare: 0.5,
          rssMiB: 300,
          broken: 0,
        };
      }),
  );
}
