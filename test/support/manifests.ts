import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.js';
import type { Container, PodSpec, Probe, Secret, Service, ServiceAccount } from 'kubernetes-types/core/v1.js';
import type { NetworkPolicy } from 'kubernetes-types/networking/v1.js';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import { parse } from 'yaml';

/** The kustomization file, as far as it is used here. */
interface Kustomization {
  readonly resources: readonly string[];
  readonly images: readonly { readonly name: string }[];
  readonly configMapGenerator: readonly { readonly name: string; readonly literals: readonly string[] }[];
}

/** The folder deploy/kubernetes, parsed. */
export interface Manifests {
  readonly kustomization: Kustomization;
  readonly deployment: Deployment;
  readonly service: Service;
  readonly serviceAccount: ServiceAccount;
  readonly autoscaler: HorizontalPodAutoscaler;
  readonly disruptionBudget: PodDisruptionBudget;
  readonly networkPolicy: NetworkPolicy;
  readonly secret: Secret;
}

/** Parses the texts of the folder's files, by file name. Throws where one is missing or is not YAML. */
export function parseManifests(texts: Readonly<Record<string, string>>): Manifests {
  const read = (file: string) => {
    const text = texts[file];
    if (text === undefined) throw new Error(`${file} is missing`);
    return parse(text);
  };
  return {
    kustomization: read('kustomization.yaml'),
    deployment: read('deployment.yaml'),
    service: read('service.yaml'),
    serviceAccount: read('service-account.yaml'),
    autoscaler: read('autoscaler.yaml'),
    disruptionBudget: read('disruption-budget.yaml'),
    networkPolicy: read('network-policy.yaml'),
    secret: read('secret.example.yaml'),
  };
}

/** The variables that the manifests set, with those of the secret. */
export function environmentOf({ kustomization, deployment, secret }: Manifests): Record<string, string> {
  const literals = kustomization.configMapGenerator.flatMap(({ literals }) => literals);
  const entries = literals.map((literal) => literal.split(/=(.*)/s).slice(0, 2));
  const secrets = (containerOf(deployment).env ?? []).map(({ name, value, valueFrom }) => [
    name,
    value ?? secret.stringData?.[valueFrom?.secretKeyRef?.key ?? ''] ?? '',
  ]);
  return Object.fromEntries([...entries, ...secrets]);
}

/** The probes of the server's container, by name. */
export function probesOf({ deployment }: Manifests): Record<string, Probe | undefined> {
  const { startupProbe, livenessProbe, readinessProbe } = containerOf(deployment);
  return { startupProbe, livenessProbe, readinessProbe };
}

/** The pod template. */
export function podOf({ spec }: Deployment): PodSpec {
  const pod = spec?.template.spec;
  if (!pod) throw new Error('The deployment has no pod');
  return pod;
}

/** The server's container, which is the only one. */
export function containerOf(deployment: Deployment): Container {
  const [container, ...others] = podOf(deployment).containers;
  if (!container || others.length > 0) throw new Error('The pod must have one container');
  return container;
}
