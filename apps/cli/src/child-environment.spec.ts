import {
  childEnvironment,
  sessionVariables,
  variablesToForget,
  type ChildEnvironmentInput,
} from './child-environment.js';

const CREDENTIAL = 'ghu_holdshort_0123456789abcdefghijklmnopqrstuv';

const input = (env: NodeJS.ProcessEnv = {}): ChildEnvironmentInput => ({
  session: { id: 'ses_1', credential: CREDENTIAL },
  stack: {
    controlPlane: 'https://holdshort.example',
    agentProxy: 'http://127.0.0.1:7402',
    agentEndpoint: 'http://127.0.0.1:7403',
    agentAdmin: 'http://127.0.0.1:7404',
    ca: '/ca.pem',
    enterpriseServers: [],
  },
  caFiles: { bundle: '/s/bundle.pem', extra: '/s/extra.pem', workspace: '/s/workspace.pem', none: '/s/none' },
  env,
});

describe('the environment of a session', () => {
  it('leads clients to the agent with the session credential', () => {
    expect(childEnvironment(input({ HOME: '/home/alice' }))).toMatchObject({
      HOME: '/home/alice',
      HTTPS_PROXY: `http://holdshort:${CREDENTIAL}@127.0.0.1:7402`,
      https_proxy: `http://holdshort:${CREDENTIAL}@127.0.0.1:7402`,
      NODE_USE_ENV_PROXY: '1',
      GIT_SSL_CAPATH: '/s/none',
      SSL_CERT_FILE: '/s/bundle.pem',
      NODE_EXTRA_CA_CERTS: '/s/extra.pem',
      GITHUB_API_URL: 'http://127.0.0.1:7403/api/v3',
      GITHUB_GRAPHQL_URL: 'http://127.0.0.1:7403/api/graphql',
      HOLDSHORT_SESSION_ID: 'ses_1',
    });
  });

  it('leaves no GitHub credential of the user in it, whatever the variable is called', () => {
    const tokens = {
      GH_TOKEN: 'gho_real',
      GITHUB_TOKEN: 'ghs_real',
      COPILOT_GITHUB_TOKEN: 'ghu_real',
      MY_OWN_NAME: 'github_pat_real',
      DEPLOY: 'ghp_real',
      GITHUB_PAT: 'anything-real',
      HOLDSHORT_TOKEN: 'hsp_real',
      HOLDSHORT_TOKEN_FILE: '/var/run/real',
    };
    const environment = childEnvironment(input({ ...tokens, HARMLESS: 'ghost' }));
    expect(Object.values(environment).join('\n')).not.toContain('real');
    expect(environment).toMatchObject({
      GH_TOKEN: CREDENTIAL,
      GITHUB_TOKEN: CREDENTIAL,
      COPILOT_GITHUB_TOKEN: CREDENTIAL,
      HARMLESS: 'ghost',
    });
  });

  it('has git verify who answers for GitHub, whatever the user has said', () => {
    const environment = childEnvironment(input({ GIT_SSL_CAINFO: '/other.pem', GIT_SSL_NO_VERIFY: '1' }));
    expect(environment).not.toHaveProperty('GIT_SSL_CAINFO');
    expect(environment).not.toHaveProperty('GIT_SSL_NO_VERIFY');
    const settings = Array.from({ length: Number(environment.GIT_CONFIG_COUNT) }, (_, n) => [
      environment[`GIT_CONFIG_KEY_${String(n)}`],
      environment[`GIT_CONFIG_VALUE_${String(n)}`],
    ]);
    expect(settings).toContainEqual(['http.https://github.com/.sslVerify', 'true']);
    expect(settings).toContainEqual(['http.https://github.com/.sslCAInfo', '/s/workspace.pem']);
    expect(settings).toContainEqual(['http.https://gist.github.com/.sslCAInfo', '/s/workspace.pem']);
    expect(settings).toContainEqual(['http.sslCAInfo', '/s/bundle.pem']);
  });

  it('is replaced as a whole by a session inside of it', () => {
    const outer = childEnvironment(input());
    const inner = { ...input(outer), session: { id: 'ses_2', credential: 'ghu_holdshort_inner' } };
    const environment = childEnvironment(inner);
    expect(Object.values(environment).join('\n')).not.toContain(CREDENTIAL);
    expect(environment.GIT_CONFIG_COUNT).toBe(outer.GIT_CONFIG_COUNT);
    expect(Object.values(environment)).toContain('http://holdshort:ghu_holdshort_inner@127.0.0.1:7402');
  });

  it("keeps the user's proxy exceptions but for those that lead around the agent", () => {
    const own =
      'internal.example, github.com,.github.com,*.githubcopilot.com,com,*,registry.npmjs.org:443,notgithub.com';
    expect(childEnvironment(input({ NO_PROXY: own })).NO_PROXY).toBe(
      'localhost,127.0.0.1,::1,holdshort.example,internal.example,registry.npmjs.org:443,notgithub.com',
    );
  });

  it('leads clients of a GitHub Enterprise Server to the agent as well, with no credential of the user', () => {
    const own = input({ NO_PROXY: 'corp.example,ghes.corp.example,.other.example', GH_ENTERPRISE_TOKEN: 'ghp_own' });
    const environment = childEnvironment({ ...own, stack: { ...own.stack, enterpriseServers: ['ghes.corp.example'] } });
    expect(environment.NO_PROXY).toBe('localhost,127.0.0.1,::1,holdshort.example,.other.example');
    expect(environment.GH_ENTERPRISE_TOKEN).toBe(CREDENTIAL);
    expect(Object.values(environment)).toContain('http.https://ghes.corp.example/.proxy');
    expect(childEnvironment(own)).not.toHaveProperty('GH_ENTERPRISE_TOKEN');
  });

  it("keeps the user's own git settings from the environment, before its own", () => {
    const own = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'user.name', GIT_CONFIG_VALUE_0: 'Alice' };
    expect(childEnvironment(input(own))).toMatchObject({
      GIT_CONFIG_KEY_0: 'user.name',
      GIT_CONFIG_VALUE_0: 'Alice',
      GIT_CONFIG_COUNT: '19',
    });
  });

  it('names what a shell that takes it over must forget', () => {
    const env = { GITHUB_PAT: 'x', DEPLOY: 'ghp_x', GH_TOKEN: 'gho_x', HOME: '/home/alice' };
    expect(variablesToForget(env, sessionVariables(input(env)))).toEqual(['GITHUB_PAT', 'DEPLOY']);
  });
});
