import { GITHUB_HOSTS } from '@holdshort/github-operations';
import {
  agentEnvironment,
  controlPlaneEnvironment,
  ingestEnvironment,
  publicEnvironment,
  type StackBasis,
} from './process-environment.js';

const SECRET_URL = 'postgresql://holdshort:secret@127.0.0.1/holdshort';

const basis = {
  folder: { folder: (name: string) => `/state/${name}` },
  settings: {},
  certificates: {
    agentCaCert: '/state/ca.pem',
    agentCaKey: '/state/ca.key',
    relayCert: '/state/r.pem',
    relayKey: '/state/r.key',
  },
  databaseUrl: SECRET_URL,
  databaseUrlFile: '/state/database-url',
  brokers: [],
  idp: { issuer: 'http://127.0.0.1:1', clientId: 'holdshort', secretFile: '/state/oidc' },
  github: { url: 'https://127.0.0.1:2', ca: '/state/github.pem', appId: '1', appKeyFile: '/state/app.pem' },
  bootstrapTokenFile: '/state/bootstrap',
} as unknown as StackBasis;

describe('the environment that the ready file shows', () => {
  it('has what a process needs to start again, and nothing of the launcher', () => {
    const shown = publicEnvironment({
      PATH: '/bin',
      HOME: '/home/alice',
      MALLOC_ARENA_MAX: '1',
      HOLDSHORT_AGENT_CA_KEY_FILE: '/state/agent-ca.key',
    });
    expect(shown).toEqual({ MALLOC_ARENA_MAX: '1', HOLDSHORT_AGENT_CA_KEY_FILE: '/state/agent-ca.key' });
  });

  it('names the file of the database URL, never its password', () => {
    for (const environment of [controlPlaneEnvironment(basis, '127.0.0.1:3'), ingestEnvironment(basis)]) {
      expect(Object.values(environment)).toContain('/state/database-url');
      expect(JSON.stringify(environment)).not.toContain('secret@');
    }
  });
});

describe('the upstreams of the embedded agent', () => {
  it('lead every host that is known to the stand-in, and none to the real ones', () => {
    const { HOLDSHORT_UPSTREAMS = '' } = agentEnvironment(basis, '/state/join');
    const upstreams = JSON.parse(HOLDSHORT_UPSTREAMS) as Record<string, string>;
    expect(Object.keys(upstreams).sort()).toEqual([...GITHUB_HOSTS].sort());
    expect(new Set(Object.values(upstreams))).toEqual(new Set([basis.github.url]));
  });
});
