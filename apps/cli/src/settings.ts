import { defineSettings, loadSettings, type Settings } from '@holdshort/config';

/** Every setting of the command line. */
export const CLI_SETTINGS = defineSettings({
  home: {
    env: 'HOLDSHORT_HOME',
    kind: 'path',
    default: '',
    reason: 'Folder of sign-ins and session files; empty means ~/.holdshort.',
  },
  devFile: {
    env: 'HOLDSHORT_DEV_FILE',
    kind: 'path',
    default: '',
    reason: 'Ready file of an embedded stack; empty looks for .holdshort/dev.json here and in the folders above.',
  },
  controlPlane: {
    env: 'HOLDSHORT_CONTROL_PLANE_URL',
    kind: 'text',
    default: '',
    reason: 'URL of the control plane. Set, no ready file is looked for.',
  },
  token: {
    env: 'HOLDSHORT_TOKEN',
    kind: 'text',
    default: '',
    secret: true,
    reason: 'A personal API token, or the OIDC token of a CI job or pod; takes the place of a sign-in.',
  },
  githubAuditToken: {
    env: 'HOLDSHORT_GITHUB_AUDIT_TOKEN',
    kind: 'text',
    default: '',
    secret: true,
    reason:
      "Reads the organisation's audit log at GitHub for `audit reconcile`: scope read:audit_log, or the permission organization administration: read.",
  },
  agentProxy: {
    env: 'HOLDSHORT_AGENT_PROXY',
    kind: 'text',
    default: 'http://127.0.0.1:7402',
    reason: 'Forward proxy of the local agent; its default port.',
  },
  agentEndpoint: {
    env: 'HOLDSHORT_AGENT_ENDPOINT',
    kind: 'text',
    default: 'http://127.0.0.1:7403',
    reason: 'Plain endpoint of the local agent; its default port.',
  },
  agentAdmin: {
    env: 'HOLDSHORT_AGENT_ADMIN',
    kind: 'text',
    default: 'http://127.0.0.1:7404',
    reason: 'Health port of the local agent; its default port.',
  },
  agentCa: {
    env: 'HOLDSHORT_AGENT_CA',
    kind: 'path',
    default: '/var/lib/holdshort-agent/ca.pem',
    reason: 'Certificate of the workspace CA, in the default state folder of the agent.',
  },
  agentProgram: {
    env: 'HOLDSHORT_AGENT_PROGRAM',
    kind: 'path',
    default: '',
    reason: 'agent.mjs for `holdshort agent start`; empty means the one of the installed package.',
  },
  enterpriseServers: {
    env: 'HOLDSHORT_AGENT_ENTERPRISE_SERVERS',
    kind: 'list',
    default: '',
    reason: 'Hosts of GitHub Enterprise Servers that the local agent governs; the same as the agent has.',
  },
  egressProbes: {
    env: 'HOLDSHORT_EGRESS_PROBES',
    kind: 'list',
    default: 'github.com:443,api.github.com:443,github.com:22,ssh.github.com:443',
    reason:
      'host:port that `holdshort doctor` tries to reach past proxy and agent; whatever answers is a way around them.',
  },
});

export type CliSettings = Settings<typeof CLI_SETTINGS>;

export const loadCliSettings = (env: NodeJS.ProcessEnv): CliSettings => loadSettings(CLI_SETTINGS, env);
