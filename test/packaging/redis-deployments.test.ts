import { readdirSync, readFileSync } from 'node:fs';
import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { Service } from 'kubernetes-types/core/v1.js';
import type { NetworkPolicy } from 'kubernetes-types/networking/v1.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../src/core/config/config.ts';
import { type KubernetesObject, schemaViolationsOf } from '../support/kubernetes-schema.ts';
import { containerOf, podOf } from '../support/manifests.ts';
import { describeOwnRedis, startRedis } from '../support/redis.ts';

const DEPLOY = new URL('../../deploy/', import.meta.url);
const COMPONENT = new URL('kubernetes-redis/', DEPLOY);

const read = (url: URL) => parse(readFileSync(url, 'utf8'), { logLevel: 'error' });
const manifest = (file: string) => read(new URL(file, COMPONENT));

const deployment: Deployment = manifest('deployment.yaml');
const service: Service = manifest('service.yaml');
const policy: NetworkPolicy = manifest('network-policy.yaml');
const kustomization: { readonly resources: readonly string[]; readonly patches: readonly Patch[] } =
  manifest('kustomization.yaml');
const composition: { readonly services: { readonly server: ComposedServer; readonly redis: ComposedRedis } } =
  read(new URL('compose.redis.yaml', DEPLOY));

interface Patch {
  readonly patch: string;
}

interface ComposedServer {
  readonly environment: Readonly<Record<string, string>>;
  readonly ports: readonly string[];
}

interface ComposedRedis extends Readonly<Record<string, unknown>> {
  readonly command: readonly string[];
}

const { args = [] } = containerOf(deployment);

describe('the Redis for Kubernetes', () => {
  it('is all in its kustomization, and accepted by the schema of Kubernetes', async () => {
    const files = readdirSync(COMPONENT).filter((file) => file !== 'kustomization.yaml');
    expect([...kustomization.resources].sort()).toEqual(files.sort());
    const objects = files.map((file): [string, KubernetesObject] => [file, manifest(file)]);
    expect(await schemaViolationsOf(Object.fromEntries(objects))).toEqual([]);
  });

  it('is reached by the servers alone, at the name that the page gives', () => {
    const labels = deployment.spec?.template.metadata?.labels;
    for (const selector of [
      deployment.spec?.selector.matchLabels,
      service.spec?.selector,
      policy.spec?.podSelector.matchLabels,
    ])
      expect(selector).toEqual(labels);
    const [out] = kustomization.patches.flatMap(({ patch }) => parse(patch));
    expect(out.value.to).toEqual([{ podSelector: { matchLabels: labels } }]);
    const server = read(new URL('kubernetes/deployment.yaml', DEPLOY)) as Deployment;
    const from = server.spec?.template.metadata?.labels;
    const ports = [{ protocol: 'TCP', port: 6379 }];
    expect(out.value.ports).toEqual(ports);
    expect(policy.spec?.ingress).toEqual([{ from: [{ podSelector: { matchLabels: from } }], ports }]);
    const page = readFileSync(new URL('../docs/redis.md', DEPLOY), 'utf8');
    expect(page).toContain(`@${service.metadata?.name}:6379`);
  });

  it('satisfies a restricted namespace, and asks for a password', () => {
    const { securityContext, resources } = containerOf(deployment);
    expect(podOf(deployment).securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 999 });
    expect(securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(resources?.limits).toEqual({ memory: '300Mi' });
    expect(args.slice(-2)).toEqual(['--requirepass', '$(REDIS_PASSWORD)']);
  });
});

describe('the Redis for Compose', () => {
  it('is confined, without a port of its own, and named by the REDIS_URL of the server', () => {
    const { server, redis } = composition.services;
    expect(server.environment).toEqual({ REDIS_URL: 'redis://redis:6379' });
    const required = { STACK_PROJECT_ID: crypto.randomUUID(), STACK_SECRET_SERVER_KEY: 'ssk_test' };
    expect(readConfig({ ...required, ...server.environment }).redisUrl).toBe('redis://redis:6379');
    expect(server.ports).toEqual([expect.stringMatching(/^127\.0\.0\.1:/)]);
    expect(redis).toMatchObject({ read_only: true, cap_drop: ['ALL'], user: '999' });
    expect(redis).not.toHaveProperty('ports');
  });
});

describeOwnRedis('the options of both', () => {
  it('are known to Redis, and let it forget rather than refuse to write', async () => {
    expect(composition.services.redis.command).toEqual(args.slice(0, -2));
    await using redis = await startRedis(args.slice(0, -2));
    expect(await redis.command('CONFIG', 'GET', 'maxmemory')).toEqual(['maxmemory', '209715200']);
    expect(await redis.command('CONFIG', 'GET', 'maxmemory-policy')).toEqual([
      'maxmemory-policy',
      'allkeys-lru',
    ]);
    expect(await redis.command('CONFIG', 'GET', 'save')).toEqual(['save', '']);
  });
});
