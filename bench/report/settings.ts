// W1 by server and setting: without a log, with one, and with one and a rate limit.
import type { Setting } from '../peers/peers.ts';
import { findRow, type Row, type Summary } from './summary.ts';
import { table, whole } from './table.ts';

/** A server in W1: its row in each setting. Limits of our own are on in all, so that its last two are the same. */
export interface Settings {
  readonly server: string;
  readonly title: string;
  readonly isOurs: boolean;
  readonly rows: Readonly<Record<Setting, Row | undefined>>;
}

/** The servers that were measured with a log as well, the fastest first. */
export function listSettings(summary: Summary): readonly Settings[] {
  const servers = summary.peers
    .filter(({ setting }) => setting === 'log')
    .flatMap(({ server }) => summary.peers.filter((peer) => peer.name === server));
  return servers
    .map(({ name, title }): Settings => {
      const rowOf = (setting: Setting) => {
        const peer = summary.peers.find((each) => each.server === name && each.setting === setting);
        return peer && findRow(summary, 'w1', peer.name);
      };
      const isOurs = name.startsWith('ours');
      const log = rowOf('log');
      const logAndLimits = isOurs ? log : rowOf('log and limits');
      return {
        server: name,
        title,
        isOurs,
        rows: { bare: rowOf('bare'), log, 'log and limits': logAndLimits },
      };
    })
    .sort((one, other) => (other.rows.bare?.rate ?? 0) - (one.rows.bare?.rate ?? 0));
}

/** The settings as a table. */
export function tableOfSettings(summary: Summary): string {
  const cell = (row: Row | undefined) => (row ? `${whole(row.cpuMicros)} (${whole(row.rate)}/s)` : '');
  const rows = listSettings(summary).map(({ title, rows: each }) => [
    title,
    cell(each.bare),
    cell(each.log),
    cell(each['log and limits']),
  ]);
  return table(['server', 'no log', 'log', 'log and limits'], rows);
}
