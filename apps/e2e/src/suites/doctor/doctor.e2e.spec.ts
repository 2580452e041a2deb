import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stack } from '../../harness/stack.js';
import { until } from '../../harness/until.js';
import { adviceOf, codesOf, ExaminedWorkspace, readReport } from './examined-workspace.js';
import { startTrustedFront } from './trusted-front.js';

const NETWORK = fileURLToPath(new URL('./egress.sh', import.meta.url));
const LOCK = fileURLToPath(new URL('../../../../../deploy/egress/egress-lock.nft', import.meta.url));
/** In GitHub's form, of nobody. */
const TOKEN = `ghp_${'Ab3'.repeat(12)}`;
const CLOCK_AHEAD =
  'export NODE_OPTIONS="--import=data:text/javascript,const%20now=Date.now;Date.now=()=>now()+600000"';

interface Planted {
  code: string;
  /** Shell script; what it sets in the environment is there for the doctor. */
  plant: string;
  inSession?: boolean;
}

/** Faults of a home, a repository or an environment: planted by a shell, repaired by exactly the advised command. */
const BY_SHELL: Record<string, Planted> = {
  'HTTPS_PROXY is missing in a session': {
    code: 'proxy_missing',
    plant: 'unset HTTPS_PROXY https_proxy',
    inSession: true,
  },
  'HTTPS_PROXY leads elsewhere': {
    code: 'proxy_elsewhere',
    plant: 'export HTTPS_PROXY=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9',
    inSession: true,
  },
  'Node does not read the proxy': { code: 'proxy_missing', plant: 'unset NODE_USE_ENV_PROXY', inSession: true },
  'NO_PROXY leads around': { code: 'no_proxy_leads_around', plant: 'export NO_PROXY=localhost,.github.com' },
  'git verifies nobody, by environment': { code: 'tls_not_verified', plant: 'export GIT_SSL_NO_VERIFY=1' },
  'git verifies nobody, by a file': { code: 'tls_not_verified', plant: 'git config --global http.sslVerify false' },
  'a GitHub token in the environment': { code: 'token_in_environment', plant: `export DEPLOY_KEY=${TOKEN} GH_TOKEN=x` },
  'a token of gh': {
    code: 'token_in_file',
    plant: `mkdir -p ~/.config/gh; printf 'github.com:\\n    oauth_token: ${TOKEN}\\n' > ~/.config/gh/hosts.yml`,
  },
  'a stored password of git': {
    code: 'token_in_file',
    plant: `printf 'https://alice:hunter2@github.com\\nhttps://a:b@gitlab.example\\n' > ~/.git-credentials`,
  },
  'an ssh remote': {
    code: 'remote_leads_around',
    plant: 'git init -q . && { git remote add origin git@github.com:acme/app.git 2>/dev/null || true; }',
  },
  'a remote on the ssh port 443, in a session': {
    code: 'remote_leads_around',
    plant: 'git init -q . && { git remote add away ssh://git@ssh.github.com:443/acme/app.git 2>/dev/null || true; }',
    inSession: true,
  },
  'a rewrite to ssh': {
    code: 'rewrite_leads_around',
    plant: 'git config --global url.git@github.com:.insteadOf https://github.com/',
  },
  'a proxy of git of its own': {
    code: 'client_leads_around',
    plant: 'git config --global http.https://github.com/acme/.proxy http://10.0.0.9:3128',
  },
  'gh with a socket of its own': {
    code: 'client_leads_around',
    plant: `mkdir -p ~/.config/gh; printf 'version: 1\\nhttp_unix_socket: /tmp/gh.sock\\n' > ~/.config/gh/config.yml`,
  },
  'curl that verifies nobody': { code: 'client_leads_around', plant: "printf -- '--insecure\\nsilent\\n' > ~/.curlrc" },
};

const canLock =
  process.getuid?.() === 0 &&
  spawnSync('nft', ['--version']).status === 0 &&
  spawnSync('unshare', ['--net', '--mount', 'ip', 'link', 'add', 'hs0', 'type', 'veth', 'peer', 'name', 'hs1'])
    .status === 0;

describe('holdshort doctor', () => {
  let stack: Stack;
  let workspace: ExaminedWorkspace;
  beforeAll(async () => {
    stack = await Stack.start();
    await stack.signIn('alice', 'sam');
    workspace = await ExaminedWorkspace.open(stack);
  }, 180_000);
  afterAll(() => stack.stop());
  beforeEach(() => workspace.renew());

  /** Variables that name the parts, in place of the ready file. */
  const bySettings = (changes: Record<string, string> = {}): Record<string, string> => ({
    HOLDSHORT_DEV_FILE: '',
    HOLDSHORT_CONTROL_PLANE_URL: stack.dev.controlPlane,
    ...changes,
  });
  const signInsFile = (): string => path.join(workspace.home, '.holdshort', 'sign-ins.json');

  it('finds nothing in a session of a sound workspace, and outside only that there is none', async () => {
    expect(await workspace.examineInSession()).toMatchObject({ code: 0, findings: [] });
    const outside = await workspace.examine();
    expect(outside.code).toBe(0);
    expect(codesOf(outside)).toEqual(['no_session']);
    const words = await workspace.shell('holdshort doctor');
    expect(words.stdout).toMatch(/^CHECK +STATE\n/);
    expect(words.stdout).toContain('warning no_session: This shell is in no session');
    expect(words.stdout).toContain('eval "$(holdshort env)"');
  });

  it.each(Object.entries(BY_SHELL))(
    '%s: found, and gone after the advised command',
    async (_, { code, plant, inSession }) => {
      const examine = (script: string) => (inSession ? workspace.examineInSession(script) : workspace.examine(script));
      expect(codesOf(await examine(''))).not.toContain(code);
      const found = await examine(plant);
      expect(found.code).toBe(1);
      expect(codesOf(found)).toContain(code);
      expect(found.text).not.toContain(TOKEN);
      expect(found.text).not.toContain('hunter2');
      const advice = adviceOf(found, code);
      // what the plant exported is there again; what it wrote to files is not planted twice
      const again = inSession || plant.startsWith('export') ? `${plant}\n${advice}` : advice;
      const repaired = await examine(again);
      expect(codesOf(repaired)).not.toContain(code);
      expect(repaired.code).toBe(0);
    },
  );

  it('a control plane that is down, and with it an agent that is cut off', async () => {
    stack.kill('control-plane', 'SIGKILL');
    await until(async () => codesOf(await workspace.examine()).includes('agent_cut_off'), {
      withinMs: 20_000,
      everyMs: 200,
    });
    expect(codesOf(await workspace.examine())).toContain('control_plane_unreachable');
    await stack.restart('control-plane');
    await until(async () => codesOf(await workspace.examine()).join() === 'no_session', {
      withinMs: 30_000,
      everyMs: 300,
    });
  }, 90_000);

  it('a control plane whose certificate is not trusted here', async () => {
    const front = await startTrustedFront(stack.dev.controlPlane, stack.dir);
    try {
      const variables = bySettings({ HOLDSHORT_CONTROL_PLANE_URL: front.url });
      const found = await workspace.examine('', variables);
      expect(found.code).toBe(1);
      const advice = adviceOf(found, 'control_plane_untrusted');
      expect(advice).toBe('export NODE_EXTRA_CA_CERTS=/etc/holdshort/control-plane-ca.pem');
      const repaired = await workspace.examine(advice.replace(/\/etc\S+/, front.caFile), variables);
      expect(codesOf(repaired)).not.toContain('control_plane_untrusted');
    } finally {
      await front.stop();
    }
  });

  it('an agent that is down', async () => {
    stack.kill('agent', 'SIGKILL');
    const found = await workspace.examine('', { ...bySettings() });
    expect(adviceOf(found, 'agent_unreachable')).toBe('systemctl restart holdshort-agent');
    expect(codesOf(await workspace.examine())).toContain('agent_unreachable');
    await stack.restart('agent');
    await until(async () => codesOf(await workspace.examine()).join() === 'no_session', {
      withinMs: 20_000,
      everyMs: 200,
    });
  }, 60_000);

  it('a workspace CA that is not the one of the agent, or none', async () => {
    const front = await startTrustedFront(stack.dev.controlPlane, stack.dir);
    await front.stop();
    for (const [file, code] of [
      [front.caFile, 'agent_ca_wrong'],
      ['/nowhere.pem', 'agent_ca_missing'],
    ]) {
      const plant = `export HOLDSHORT_AGENT_CA=${file ?? ''}`;
      const found = await workspace.examine(plant, bySettings());
      expect(codesOf(found)).toContain(code);
      const repaired = await workspace.examine(`${plant}\n${adviceOf(found, code ?? '')}`, bySettings());
      expect(codesOf(repaired)).toEqual(['no_session']);
    }
  });

  it('a sign-in that has ended, one that was refused, and none', async () => {
    const signIns = JSON.parse(await readFile(signInsFile(), 'utf8')) as Record<
      string,
      { expires_at: string; token: string }
    >;
    const planted: [string, (entry: { expires_at: string; token: string }) => object | undefined][] = [
      ['sign_in_expired', (entry) => ({ ...entry, expires_at: '2026-01-01T00:00:00.000Z' })],
      ['sign_in_refused', (entry) => ({ ...entry, token: `${entry.token.slice(0, -4)}0000` })],
      ['not_signed_in', () => undefined],
    ];
    for (const [code, change] of planted) {
      await writeFile(
        signInsFile(),
        JSON.stringify(Object.fromEntries(Object.entries(signIns).map(([url, entry]) => [url, change(entry)]))),
      );
      const found = await workspace.examine();
      expect(codesOf(found)).toContain(code);
      const repaired = await workspace.examine(`${adviceOf(found, code)} >/dev/null`);
      expect(codesOf(repaired)).toEqual(['no_session']);
    }
  });

  it('a clock that runs ten minutes ahead', async () => {
    const found = await workspace.examine(CLOCK_AHEAD);
    expect(found.findings.find(({ code }) => code === 'clock_skewed')).toMatchObject({
      severity: 'error',
      what: expect.stringMatching(/clock is (?:59\d|60\d) s ahead of the control plane's/) as string,
      command: 'timedatectl set-ntp true',
    });
    expect(codesOf(await workspace.examine())).toEqual(['no_session']);
  });

  it('a session that is over', async () => {
    const opened = 'eval "$(holdshort env --assistant copilot)"';
    const over = `${opened}\nholdshort session kill "$HOLDSHORT_SESSION_ID" >/dev/null`;
    const found = await workspace.examine(over);
    expect(codesOf(found)).toContain('session_over');
    const repaired = await workspace.examine(`${over}\n${adviceOf(found, 'session_over')}`);
    expect(repaired).toMatchObject({ code: 0, findings: [] });
  });

  it('a trail that is not delivered, and one whose spool is full', async () => {
    stack.kill('audit-ingest', 'SIGKILL');
    stack.kill('agent', 'SIGTERM');
    await stack.restart('agent', { HOLDSHORT_AGENT_SPOOL_MAX_BYTES: '60000' });
    const read = 'for n in $(seq 12); do git ls-remote -q https://github.com/acme/app.git >/dev/null 2>&1; done';
    await until(
      async () => {
        await workspace.shell('holdshort run --assistant copilot -- bash -c "$INNER"', { INNER: read });
        return codesOf(await workspace.examine()).includes('trail_refuses');
      },
      { withinMs: 60_000, everyMs: 100 },
    );
    const found = await workspace.examine();
    expect(codesOf(found)).toContain('trail_not_delivered');
    expect(found.findings.find(({ code }) => code === 'trail_refuses')?.fix).toContain(
      'bringing back Kafka or the relay',
    );
    await stack.restart('audit-ingest');
    await until(async () => codesOf(await workspace.examine()).join() === 'no_session', {
      withinMs: 40_000,
      everyMs: 500,
    });
  }, 150_000);

  (canLock ? it : it.skip)('an open way to GitHub past the agent', async () => {
    const ran = await workspace.shell(`unshare --net --mount bash ${NETWORK}`, { LOCK });
    const [before = '', after = ''] = ran.stdout.split('\n=== locked ===\n');
    const found = readReport({ ...ran, code: 1, stdout: before });
    expect(found.findings.find(({ code }) => code === 'egress_open')).toMatchObject({
      what: expect.stringContaining('github.com:443 can be reached from here without the agent') as string,
      command: 'nft -f /etc/holdshort/egress-lock.nft',
    });
    expect(codesOf(readReport({ ...ran, stdout: after }))).not.toContain('egress_open');
    // the agent's own account still gets out
    expect(ran.stdout).toContain('agent: reached');
  });
});
