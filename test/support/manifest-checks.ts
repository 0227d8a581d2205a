import type { Config } from '../../src/core/config/config.ts';
import { configIn, deploymentViolationsOf, failed } from './deployment.ts';
import { containerOf, environmentOf, type Manifests, podOf, probesOf } from './manifests.ts';

/** The errors of manifests that contradict each other, the server, or the rules of a restricted namespace. */
export function manifestViolationsOf(manifests: Manifests): string[] {
  const env = environmentOf(manifests);
  const stopTimeout = podOf(manifests.deployment).terminationGracePeriodSeconds;
  const general = deploymentViolationsOf({ env, stopTimeout });
  if (general.length > 0) return general;
  return failed([
    ...labelChecksOf(manifests),
    ...referenceChecksOf(manifests),
    ...portChecksOf(manifests, configIn(env)),
    ...replicaChecksOf(manifests),
    ...restrictionChecksOf(manifests),
  ]);
}

type Check = readonly [held: boolean, message: string];
type Labels = Readonly<Record<string, string>> | undefined;

function labelChecksOf({ deployment, service, disruptionBudget, networkPolicy }: Manifests): Check[] {
  const labels = deployment.spec?.template.metadata?.labels;
  const selectors: Readonly<Record<string, Labels>> = {
    deployment: deployment.spec?.selector.matchLabels,
    service: service.spec?.selector,
    'disruption budget': disruptionBudget.spec?.selector?.matchLabels,
    'network policy': networkPolicy.spec?.podSelector.matchLabels,
    ...Object.fromEntries(
      (podOf(deployment).topologySpreadConstraints ?? []).map(({ topologyKey, labelSelector }) => [
        `spread over ${topologyKey}`,
        labelSelector?.matchLabels,
      ]),
    ),
  };
  return Object.entries(selectors).map(([whose, selector]) => {
    const wanted = Object.entries(selector ?? {});
    const held = wanted.length > 0 && wanted.every(([name, value]) => labels?.[name] === value);
    return [held, `the selector of the ${whose} does not match the labels of the pods`];
  });
}

function referenceChecksOf({ kustomization, deployment, serviceAccount, secret }: Manifests): Check[] {
  const { image, env = [], envFrom = [] } = containerOf(deployment);
  const generated = kustomization.configMapGenerator.map(({ name }) => name);
  const { serviceAccountName, automountServiceAccountToken, enableServiceLinks } = podOf(deployment);
  return [
    [kustomization.images.some(({ name }) => name === image), `nothing says where the image ${image} is`],
    [envFrom.length > 0, 'the config map is not used'],
    ...envFrom.map(({ configMapRef }): Check => {
      const name = configMapRef?.name;
      return [name !== undefined && generated.includes(name), `no config map is named ${name}`];
    }),
    ...env.map(({ name, valueFrom }): Check => {
      const { name: from, key } = valueFrom?.secretKeyRef ?? { key: '' };
      const held = from === secret.metadata?.name && key in (secret.stringData ?? {});
      return [held, `${name} is not what the example of the secret holds`];
    }),
    [serviceAccountName === serviceAccount.metadata?.name, 'the service account has another name'],
    [automountServiceAccountToken === false, 'the pod gets a token for the cluster'],
    [serviceAccount.automountServiceAccountToken === false, 'the service account gives a token out'],
    [enableServiceLinks === false, 'services of the namespace can set variables of the server'],
  ];
}

function portChecksOf(manifests: Manifests, config: Config): Check[] {
  const { deployment, service, networkPolicy } = manifests;
  const ports = new Map((containerOf(deployment).ports ?? []).map((port) => [port.name, port.containerPort]));
  const targets = (service.spec?.ports ?? []).map(({ targetPort }) => targetPort);
  const probes = Object.entries(probesOf(manifests));
  const { ingress = [], egress = [], policyTypes = [] } = networkPolicy.spec ?? {};
  const allowed = ingress.flatMap((rule) => rule.ports ?? []);
  const asked = egress.flatMap((rule) => rule.ports ?? []).map(({ protocol, port }) => `${protocol} ${port}`);
  return [
    [ports.get('http') === config.port, `the server listens on ${config.port}, and not on the port "http"`],
    [
      ports.get('metrics') === config.metricsPort,
      `metrics are on ${config.metricsPort}, and not on the port "metrics"`,
    ],
    [targets.length === 2, 'the service must have two ports'],
    ...targets.map((name): Check => [ports.has(String(name)), `the service leads to no port ${name}`]),
    ...probes.map(([name, probe]): Check => [probe?.httpGet?.port === 'http', `${name} asks no port "http"`]),
    ...[...ports].map(([name, number]): Check => {
      const rules = allowed.filter(({ port, protocol }) => port === number && protocol === 'TCP');
      return [rules.length === 1, `${rules.length} rules let requests in to the port "${name}"`];
    }),
    [policyTypes.join() === 'Ingress,Egress', 'the network policy is not for both directions'],
    [ingress.every(({ from = [] }) => from.length > 0), 'the network policy lets everybody in'],
    [egress.every(({ to = [] }) => to.length > 0), 'the network policy lets everything out'],
    [asked.join() === 'UDP 53,TCP 53,TCP 443', 'the server may ask for more or less than names and https'],
    [
      egress
        .flatMap(({ to = [] }) => to)
        .every(
          ({ ipBlock: block }) => block?.cidr !== '0.0.0.0/0' || block.except?.includes('169.254.0.0/16'),
        ),
      "the server may ask the cloud's metadata service",
    ],
  ];
}

function replicaChecksOf({ deployment, autoscaler, disruptionBudget }: Manifests): Check[] {
  const { scaleTargetRef, minReplicas = 1, metrics = [] } = autoscaler.spec ?? {};
  const { apiVersion, kind, metadata, spec } = deployment;
  const target = [scaleTargetRef?.apiVersion, scaleTargetRef?.kind, scaleTargetRef?.name];
  const requests = containerOf(deployment).resources?.requests ?? {};
  return [
    [
      target.join(' ') === [apiVersion, kind, metadata?.name].join(' '),
      'the autoscaler scales another deployment',
    ],
    [minReplicas >= 2, 'one replica is none while it is replaced'],
    [spec?.replicas === undefined, 'every apply would undo what the autoscaler decided'],
    [
      metrics.every(({ resource }) => resource !== undefined && resource.name in requests),
      'the autoscaler measures what the deployment does not request',
    ],
    [
      spec?.strategy?.rollingUpdate?.maxUnavailable === 0,
      'a rollout takes replicas away before there are new ones',
    ],
    [
      Number(disruptionBudget.spec?.maxUnavailable) < minReplicas,
      'a node that is drained may take all replicas',
    ],
  ];
}

/** The `restricted` policy of https://kubernetes.io/docs/concepts/security/pod-security-standards/, and more. */
function restrictionChecksOf({ deployment }: Manifests): Check[] {
  const { securityContext: pod, hostNetwork, volumes = [] } = podOf(deployment);
  const { securityContext: own, resources } = containerOf(deployment);
  return [
    [pod?.runAsNonRoot === true && Number(pod.runAsUser) > 0, 'the server may run as root'],
    [pod?.seccompProfile?.type === 'RuntimeDefault', 'the server may use every system call'],
    [own?.allowPrivilegeEscalation === false, 'the server may gain privileges'],
    [own?.capabilities?.drop?.join() === 'ALL' && !own.capabilities.add, 'the server has capabilities'],
    [own?.readOnlyRootFilesystem === true, 'the server may write files'],
    [!hostNetwork && volumes.length === 0, 'the server reaches into its node'],
    [resources?.limits?.['memory'] !== undefined, 'the server may take all memory'],
  ];
}
