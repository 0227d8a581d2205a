import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deploymentViolationsOf, failed } from '../support/deployment.ts';

const unit = readFileSync(
  new URL('../../deploy/systemd/stack-auth-graphql.service', import.meta.url),
  'utf8',
);

/** What confines the server, as far as V8, which compiles while it runs, can be confined. */
const CONFINEMENT = {
  DynamicUser: 'yes',
  NoNewPrivileges: 'yes',
  CapabilityBoundingSet: '',
  AmbientCapabilities: '',
  ProtectSystem: 'strict',
  ProtectHome: 'yes',
  ProtectControlGroups: 'yes',
  ProtectKernelModules: 'yes',
  ProtectKernelTunables: 'yes',
  PrivateTmp: 'yes',
  PrivateDevices: 'yes',
  RestrictNamespaces: 'yes',
  RestrictSUIDSGID: 'yes',
  SystemCallArchitectures: 'native',
};

describe('the systemd unit', () => {
  it('confines the server, gives it time to shut down, and limits restarts', () => {
    expect(violationsOf(unit)).toEqual([]);
  });
});

describe('the check of the unit', () => {
  it.each([
    ['it is killed', 'TimeoutStopSec=30', 'TimeoutStopSec=15'],
    ['it is killed', 'TimeoutStopSec=30', ''],
    ['NODE_EVN is no variable', 'Environment=NODE_ENV', 'Environment=NODE_EVN'],
    ['half of its memory limit', 'size=192', 'size=384'],
    ['another file', 'dist/main.js', 'dist/dev.js'],
    ['another signal', 'KillSignal=SIGTERM', 'KillSignal=SIGINT'],
    ['restarted for ever', 'StartLimitBurst=5', ''],
    ['restarted for ever', 'StartLimitIntervalSec=60', 'StartLimitIntervalSec=5'],
    ['stays down', 'Restart=on-failure', 'Restart=no'],
    ['stands in the unit', 'EnvironmentFile=', 'Environment='],
    ['DynamicUser', 'DynamicUser=yes', 'DynamicUser=no'],
    ['ProtectSystem', 'ProtectSystem=strict', 'ProtectSystem=full'],
    ['CapabilityBoundingSet', 'CapabilityBoundingSet=', 'CapabilityBoundingSet=CAP_NET_ADMIN'],
    ['system call', 'SystemCallFilter=@system-service', 'SystemCallFilter=@known'],
    ['cannot compile', '# MemoryDenyWriteExecute is not set', 'MemoryDenyWriteExecute=yes\n#'],
  ])('sees "%s"', (violation, from, to) => {
    const planted = unit.replace(from, to);
    expect(planted).not.toBe(unit);
    expect(violationsOf(planted)).toContainEqual(expect.stringContaining(violation));
  });
});

/** Values by key; a key that is given again adds to its list. */
function parseUnit(text: string): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const [, key = '', value = ''] of text.matchAll(/^(\w+)=(.*)$/gm)) {
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  return values;
}

function violationsOf(text: string): string[] {
  const values = parseUnit(text);
  const lastOf = (key: string) => values.get(key)?.at(-1);
  const seconds = (key: string) => Number(lastOf(key) ?? 0);
  const env = Object.fromEntries(
    (values.get('Environment') ?? []).map((line) => {
      const [name = '', ...value] = line.split('=');
      return [name, value.join('=')];
    }),
  );
  const restarts = seconds('RestartSec') * seconds('StartLimitBurst');
  return [
    ...deploymentViolationsOf({ env, stopTimeout: seconds('TimeoutStopSec') }),
    ...failed([
      [
        lastOf('ExecStart') === `/usr/bin/node ${lastOf('WorkingDirectory')}/dist/main.js`,
        'it starts another file',
      ],
      [lastOf('KillSignal') === 'SIGTERM', 'it ends by another signal'],
      [lastOf('Restart') === 'on-failure', 'it stays down after a crash'],
      [
        restarts > 0 && restarts < seconds('StartLimitIntervalSec'),
        'with a wrong environment it is restarted for ever',
      ],
      [lastOf('EnvironmentFile')?.startsWith('/etc/') === true, 'the secret stands in the unit'],
      [
        values.get('SystemCallFilter')?.join() === '@system-service @pkey,~@privileged @resources',
        'it may use another system call than a service needs',
      ],
      [!values.has('MemoryDenyWriteExecute'), 'V8 cannot compile'],
      ...Object.entries(CONFINEMENT).map(
        ([key, value]) => [lastOf(key) === value, `${key} is ${lastOf(key)}`] as const,
      ),
    ]),
  ];
}
