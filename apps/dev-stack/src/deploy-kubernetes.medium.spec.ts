import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';

const deploy = fileURLToPath(new URL('../../../deploy/', import.meta.url));
const CHART = join(deploy, 'helm/holdshort');
/** Schemas of Kubernetes that the test asks for; an older one knows no native sidecars. */
const KUBERNETES = '1.31';

const found = (candidates: string[]): string | undefined =>
  candidates.find((program) => spawnSync(program, ['--help'], { stdio: 'ignore' }).status === 0);
/** Helm is in no package of npm or Debian: `go install helm.sh/helm/v3/cmd/helm@v3.22.0`, or HELM=path. */
const helm = found([process.env.HELM ?? 'helm', 'helm', join(homedir(), 'go/bin/helm')]);
/** `pip install kubernetes-validate` brings the schemas; nothing is fetched. */
const validator = found([process.env.KUBERNETES_VALIDATE ?? 'kubernetes-validate', 'kubernetes-validate']);

interface Container {
  name: string;
  command?: string[];
  securityContext?: Record<string, unknown>;
  env?: { name: string; value?: string }[];
  resources?: { limits?: { memory?: string }; requests?: object };
  livenessProbe?: object;
  readinessProbe?: object;
  startupProbe?: object;
}

interface PodSpec {
  automountServiceAccountToken?: boolean;
  securityContext?: Record<string, unknown>;
  containers: Container[];
  initContainers?: Container[];
}

interface KubernetesObject {
  kind: string;
  metadata: { name: string; namespace?: string };
  spec?: {
    template?: { spec: PodSpec };
    podSelector?: { matchLabels?: object };
    policyTypes?: string[];
    egress?: object[];
  };
}

const render = (...args: string[]): string =>
  execFileSync(
    helm ?? '',
    [
      'template',
      'hs',
      CHART,
      '-n',
      'holdshort',
      '--kube-version',
      `${KUBERNETES}.0`,
      '-f',
      join(CHART, 'ci-values.yaml'),
      ...args,
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );

const objectsOf = (text: string): KubernetesObject[] =>
  parseAllDocuments(text)
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null);

function validate(text: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'holdshort-kubernetes-'));
  try {
    const file = join(folder, 'objects.yaml');
    writeFileSync(file, text);
    execFileSync(validator ?? '', ['--strict', '--quiet', '-k', KUBERNETES, file], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const settingsOf = (app: string): string => {
  const folder = fileURLToPath(new URL(`../../${app}/src/`, import.meta.url));
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
};
const known = ['control-plane', 'audit-ingest', 'agent', 'cli'].map(settingsOf).join('\n');
/** A setting that may be a secret can be named by a file as well. */
const isKnown = (name: string): boolean =>
  known.includes(`'${name}'`) ||
  known.includes(`'${name.replace(/_FILE$/, '')}'`) ||
  name.startsWith('HOLDSHORT_KAFKA_');

(helm === undefined ? describe.skip : describe)('the Helm chart', () => {
  const workloads = (): [string, PodSpec][] =>
    objectsOf(render()).flatMap(({ metadata, spec }): [string, PodSpec][] =>
      spec?.template ? [[metadata.name, spec.template.spec]] : [],
    );

  it('passes helm lint, strictly', () => {
    const linted = spawnSync(helm ?? '', ['lint', '--strict', CHART, '-f', join(CHART, 'ci-values.yaml')], {
      encoding: 'utf8',
    });
    expect({ status: linted.status, out: linted.stdout }).toMatchObject({
      status: 0,
      out: expect.stringContaining('0 chart(s) failed') as string,
    });
  });

  it('has control plane and ingest, each with service, account, budget and network policy', () => {
    const kinds = objectsOf(render()).map(
      ({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}${metadata.name}`,
    );
    expect(kinds.sort()).toEqual(
      [
        ...['ServiceAccount', 'Service', 'PodDisruptionBudget', 'NetworkPolicy'].flatMap((kind) =>
          ['hs-control-plane', 'hs-audit-ingest'].map((name) => `${kind} ${name}`),
        ),
        ...['Service hs-control-plane-replicas', 'StatefulSet hs-control-plane', 'Deployment hs-audit-ingest'],
        ...['Ingress hs-control-plane', 'NetworkPolicy workspaceshs-egress-lock'],
      ].sort(),
    );
  });

  it('runs everything unprivileged, on a read-only root, with probes and limits', () => {
    expect(workloads()).toHaveLength(2);
    for (const [, pod] of workloads()) {
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
      });
      for (const container of pod.containers) {
        expect(container).toMatchObject({
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          resources: { limits: { memory: expect.any(String) as string } },
          startupProbe: expect.any(Object) as object,
          livenessProbe: expect.any(Object) as object,
          readinessProbe: expect.any(Object) as object,
        });
      }
    }
  });

  it('has secrets by reference only, and variables that the processes know', () => {
    expect(render()).not.toMatch(/kind: Secret$/m);
    const variables = workloads().flatMap(([, pod]) => pod.containers.flatMap(({ env = [] }) => env));
    expect(variables.filter(({ name }) => !isKnown(name))).toEqual([]);
    const secret = variables.filter(({ name }) => /(?:KEY|SECRET|DATABASE_URL)(?:_FILE)?$/.test(name));
    expect(secret.length).toBeGreaterThan(4);
    for (const { name, value } of secret)
      expect([name, value]).toEqual([expect.stringMatching(/_FILE$/), expect.stringMatching(/^\/run\/secrets\//)]);
  });

  it('locks workspaces in: no way out but DNS, agents and control plane', () => {
    const lock = objectsOf(render()).find(({ metadata }) => metadata.name === 'hs-egress-lock');
    expect(lock?.spec).toMatchObject({
      podSelector: { matchLabels: { 'holdshort.dev/workspace': 'locked' } },
      policyTypes: ['Egress'],
    });
    expect(lock?.spec?.egress).toHaveLength(3);
    for (const rule of lock?.spec?.egress ?? []) expect(rule).toHaveProperty('to');
    expect(JSON.stringify(lock)).not.toMatch(/443|ipBlock/);
  });

  it.each([
    ['no secret', ['--set', 'existingSecret=']],
    ['plain http', ['--set', 'publicUrl=http://x']],
    ['a value that it does not know', ['--set', 'controlPlain.replicas=3']],
    ['no replica', ['--set', 'controlPlane.replicas=0']],
    ['an image without a fixed tag', ['--set', 'image.tag=latest']],
    ['a broker without a port', ['--set', 'kafka.brokers={kafka}']],
  ])('refuses %s', (_, args) => {
    expect(() => render(...args)).toThrow(/values don't meet the specifications of the schema/);
  });

  (validator === undefined ? it.skip : it)('renders objects that hold to the schemas of Kubernetes', () => {
    validate(render());
    validate(
      render('--set', 'ingress.enabled=false', '--set', 'kafka.brokers=null', '--set', 'networkPolicy.enabled=false'),
    );
    expect(() =>
      validate('apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {replica: 1}\n'),
    ).toThrow();
  });
});

describe('deploy/kubernetes/workspace.yaml', () => {
  const text = readFileSync(join(deploy, 'kubernetes/workspace.yaml'), 'utf8');
  const pod = objectsOf(text).find(({ kind }) => kind === 'Pod')?.spec as unknown as PodSpec;

  it('keeps the agent apart from the workspace: its own account, no shared group, no token for the workspace', () => {
    const agent = pod.initContainers?.find(({ name }) => name === 'agent');
    const [workspace] = pod.containers;
    expect(agent?.securityContext).toMatchObject({
      runAsUser: 10001,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(workspace?.securityContext?.['runAsUser']).not.toBe(10001);
    expect(pod.securityContext).not.toHaveProperty('fsGroup');
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(JSON.stringify(workspace)).not.toContain('/var/run/secrets');
  });

  it('sets variables that the processes know', () => {
    const variables = [...(pod.initContainers ?? []), ...pod.containers].flatMap(({ env = [] }) => env);
    expect(variables.filter(({ name }) => !isKnown(name))).toEqual([]);
  });

  (validator === undefined ? it.skip : it)('holds to the schemas of Kubernetes', () => {
    validate(text);
  });
});

describe('values of the chart', () => {
  it('are all in the schema', () => {
    const values = parse(readFileSync(join(CHART, 'values.yaml'), 'utf8')) as Record<string, unknown>;
    const schema = JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8')) as { properties: object };
    expect(Object.keys(values).filter((name) => !(name in schema.properties))).toEqual([]);
  });
});
