import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../src/core/config/config.ts';
import { type KubernetesObject, schemaViolationsOf } from '../support/kubernetes-schema.ts';
import { manifestViolationsOf } from '../support/manifest-checks.ts';
import { environmentOf, parseManifests, probesOf } from '../support/manifests.ts';
import { startTestServer } from '../support/test-server.ts';

const FOLDER = new URL('../../deploy/kubernetes/', import.meta.url);
const texts = Object.fromEntries(
  readdirSync(FOLDER).map((file) => [file, readFileSync(new URL(file, FOLDER), 'utf8')]),
);

describe('the manifests for Kubernetes', () => {
  const manifests = parseManifests(texts);

  it('are all in the kustomization, except for the example secret', () => {
    const files = Object.keys(texts).filter((file) => file !== 'kustomization.yaml');
    expect([...manifests.kustomization.resources, 'secret.example.yaml'].sort()).toEqual(files.sort());
  });

  it('refer to each other, to variables of the server, and satisfy a restricted namespace', () => {
    expect(manifestViolationsOf(manifests)).toEqual([]);
  });

  it('probe paths that the server answers', async () => {
    await using server = await startTestServer();
    const { id } = server.emulator.people.ada;
    await server.ask('{ me { id } }', { token: await server.emulator.control.mintToken({ userId: id }) });
    const paths = Object.values(probesOf(manifests)).map((probe) => String(probe?.httpGet?.path));
    expect(paths).toEqual(['/health', '/health', '/ready']);
    for (const path of paths) expect((await server.fetch(path)).status).toBe(200);
  });

  it('do not start the server before the project and its key are filled in', () => {
    expect(() => readConfig(environmentOf(manifests))).toThrow(
      /^2 mistakes in the environment:\n.*STACK_PROJECT_ID is missing.*\n.*STACK_SECRET_SERVER_KEY holds a character/,
    );
  });
});

describe('the check of the manifests', () => {
  it.each([
    ['it is killed after 15 s', 'deployment.yaml', 'Seconds: 30', 'Seconds: 15'],
    ['CORS_ORIGIN is no variable', 'kustomization.yaml', 'CORS_ORIGINS', 'CORS_ORIGIN'],
    ['TRUST_PROXY ', 'kustomization.yaml', 'TRUST_PROXY=1', 'TRUST_PROXY=yes'],
    ['metrics are on 9090', 'kustomization.yaml', 'METRICS_PORT=9464', 'METRICS_PORT=9090'],
    [
      'nothing says where',
      'kustomization.yaml',
      '- name: stack-auth-graphql\n    newName',
      '- name: x\n    newName',
    ],
    [
      'no config map',
      'kustomization.yaml',
      '- name: stack-auth-graphql\n    literals',
      '- name: x\n    literals',
    ],
    ['the server listens on 4000', 'deployment.yaml', 'containerPort: 4000', 'containerPort: 8080'],
    ['startupProbe asks no port', 'deployment.yaml', 'port: http', 'port: https'],
    ['a token for the cluster', 'deployment.yaml', 'AccountToken: false', 'AccountToken: true'],
    ['can set variables', 'deployment.yaml', 'ServiceLinks: false', 'ServiceLinks: true'],
    ['a rollout takes replicas', 'deployment.yaml', 'maxUnavailable: 0', 'maxUnavailable: 1'],
    ['every apply would undo', 'deployment.yaml', 'minReadySeconds', 'replicas: 1\n  minReadySeconds'],
    ['does not request', 'deployment.yaml', 'cpu: 500m', 'pods: 1'],
    ['may run as root', 'deployment.yaml', 'runAsNonRoot: true', 'runAsNonRoot: false'],
    ['may gain privileges', 'deployment.yaml', 'Escalation: false', 'Escalation: true'],
    ['may write files', 'deployment.yaml', 'Filesystem: true', 'Filesystem: false'],
    ['has capabilities', 'deployment.yaml', 'drop: [ALL]', 'drop: [NET_RAW]'],
    ['every system call', 'deployment.yaml', 'RuntimeDefault', 'Unconfined'],
    ['no port prometheus', 'service.yaml', 'targetPort: metrics', 'targetPort: prometheus'],
    ['selector of the service', 'service.yaml', 'selector:\n    app', 'selector:\n    k8s-app'],
    ['service account has another name', 'service-account.yaml', 'name: stack', 'name: other-stack'],
    ['may take all replicas', 'disruption-budget.yaml', 'maxUnavailable: 1', 'maxUnavailable: 2'],
    ['another deployment', 'autoscaler.yaml', 'name: stack-auth-graphql\n  min', 'name: x\n  min'],
    ['one replica is none', 'autoscaler.yaml', 'minReplicas: 2', 'minReplicas: 1'],
    ['0 rules let requests in to the port "http"', 'network-policy.yaml', 'port: 4000', 'port: 4001'],
    ['names and https', 'network-policy.yaml', 'port: 443', 'port: 80'],
    ['metadata service', 'network-policy.yaml', '169.254.0.0/16, ', ''],
    ['not for both directions', 'network-policy.yaml', '[Ingress, Egress]', '[Ingress]'],
    ['is not what the example', 'secret.example.yaml', 'STACK_SECRET_SERVER_KEY:', 'SECRET_SERVER_KEY:'],
  ])('sees "%s" in %s', (violation, file, from, to) => {
    const planted = String(texts[file]).replace(from, to);
    expect(planted).not.toBe(texts[file]);
    const violations = manifestViolationsOf(parseManifests({ ...texts, [file]: planted }));
    expect(violations).toContainEqual(expect.stringContaining(violation));
  });
});

describe("Kubernetes' schema", () => {
  const mistakes = [
    ['an unknown key', 'deployment.yaml', 'maxSurge', 'maxSurges'],
    ['a number for a quantity', 'deployment.yaml', 'memory: 256Mi', 'memory: 256'],
    ['a word for a number', 'autoscaler.yaml', 'minReplicas: 2', 'minReplicas: two'],
    [
      'a missing key',
      'network-policy.yaml',
      'podSelector:\n    matchLabels',
      'podSelectors:\n    matchLabels',
    ],
    ['another version', 'autoscaler.yaml', 'autoscaling/v2', 'autoscaling/v1'],
    ['an unknown version', 'disruption-budget.yaml', 'policy/v1', 'policy/v2'],
    ['an unknown kind', 'service.yaml', 'kind: Service', 'kind: Services'],
  ] as const;
  const resources = Object.keys(texts).filter((file) => file !== 'kustomization.yaml');
  let violations: readonly string[] = [];

  beforeAll(async () => {
    const objects = resources.map((file) => [`the ${file}`, parse(String(texts[file]))]);
    const planted = mistakes.map(([what, file, from, to]) => {
      return [what, parse(String(texts[file]).replace(from, to))];
    });
    violations = await schemaViolationsOf(
      Object.fromEntries([...objects, ...planted]) as Record<string, KubernetesObject>,
    );
  });

  it('accepts every manifest', () => {
    expect(resources.length).toBeGreaterThanOrEqual(7);
    expect(violations.filter((violation) => violation.startsWith('the '))).toEqual([]);
  });

  it.each(mistakes)('rejects %s', (what) => {
    expect(violations.filter((violation) => violation.startsWith(`${what}: `))).toHaveLength(1);
  });
});
