import { createHash, createHmac, createSign, generateKeyPairSync, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { said } from '../../harness/execute.js';
import { Stack } from '../../harness/stack.js';

const ACCOUNT = '123456789012';
const ROLES: Record<string, { secret: string; role: string }> = {
  AKIAGOODGOODGOOD: { secret: 'good-secret', role: 'dev-workspace' },
  AKIAROLEROLEROLE: { secret: 'role-secret', role: 'admin' },
};
const CLUSTER = 'https://kubernetes.default.svc';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

function jwt(claims: object): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const text = `${part({ alg: 'RS256', kid: 'k1' })}.${part({ iat: now, exp: now + 600, ...claims })}`;
  return `${text}.${createSign('sha256').update(text).sign(privateKey).toString('base64url')}`;
}

/** Verifies Signature Version 4 from the request alone, as AWS does. @returns the role of the signer */
function signer(headers: IncomingHttpHeaders, body: string): string | undefined {
  const [, id = '', scope = '', signed = '', given = ''] =
    /Credential=(\w+)\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)$/.exec(headers.authorization ?? '') ?? [];
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const names = signed.split(';');
  const canonical = [
    'POST',
    '/',
    '',
    ...names.map((name) => `${name}:${String(headers[name])}`),
    '',
    signed,
    sha256(body),
  ];
  const text = ['AWS4-HMAC-SHA256', String(headers['x-amz-date']), scope, sha256(canonical.join('\n'))].join('\n');
  const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();
  const expected = hmac(
    scope.split('/').reduce<string | Buffer>(hmac, `AWS4${ROLES[id]?.secret ?? ''}`),
    text,
  ).toString('hex');
  const isRight = given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
  return isRight ? ROLES[id]?.role : undefined;
}

/** AWS STS, an OpenID issuer and a cluster's API on one loopback port. */
function answerOf(url: string, path: string, headers: IncomingHttpHeaders, body: string): object | undefined {
  if (path === '/.well-known/openid-configuration') return { issuer: url, jwks_uri: `${url}/keys` };
  if (path === '/keys') return { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256' }] };
  if (path.endsWith('/tokenreviews')) {
    const user = { username: 'system:serviceaccount:workspaces:agent' };
    return { status: { authenticated: true, audiences: ['holdshort'], user } };
  }
  const role = signer(headers, body);
  if (role === undefined) return undefined;
  const result = { Account: ACCOUNT, Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/i-0abc` };
  return { GetCallerIdentityResponse: { GetCallerIdentityResult: result } };
}

describe('an agent without a join token', () => {
  let stack: Stack;
  let server: Server;
  let url: string;
  let started = 0;

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
      request.on('end', () => {
        const answer = answerOf(url, request.url ?? '', request.headers, body);
        response.writeHead(answer ? 200 : 403).end(JSON.stringify(answer ?? {}));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    stack = await Stack.start();
    await stack.signIn('alice', 'carol', 'sam');
    const reviewerTokenFile = await stack.write('reviewer', 'reviewer-token');
    const common = { audience: 'holdshort' };
    stack.kill('control-plane', 'SIGTERM');
    await stack.restart('control-plane', {
      HOLDSHORT_AWS_STS_ENDPOINT: url,
      HOLDSHORT_JOIN_RULES: JSON.stringify([
        {
          name: 'ec2',
          method: 'aws-iam',
          workspace: 'by-aws',
          accounts: [ACCOUNT],
          arns: [`arn:aws:sts::${ACCOUNT}:assumed-role/dev-workspace/*`],
        },
        {
          name: 'ci',
          method: 'oidc',
          workspace: 'by-oidc',
          issuer: url,
          claims: { repository: 'acme/app' },
          ...common,
        },
        {
          name: 'pods',
          method: 'kubernetes',
          workspace: 'by-kubernetes',
          issuer: CLUSTER,
          apiUrl: url,
          serviceAccounts: ['workspaces/agent'],
          reviewerTokenFile,
          ...common,
        },
      ]),
    });
  }, 180_000);
  afterAll(async () => {
    await stack.stop();
    await new Promise((resolve) => server.close(resolve));
  });

  const start = (changes: Record<string, string>) =>
    stack.startAnother('agent', {
      HOLDSHORT_AGENT_STATE_DIR: stack.workFile(`agent-${String(++started)}`),
      ...{ HOLDSHORT_AGENT_PROXY_PORT: '0', HOLDSHORT_AGENT_ENDPOINT_PORT: '0', HOLDSHORT_AGENT_ADMIN_PORT: '0' },
      ...{ HOLDSHORT_JOIN_URL: stack.dev.controlPlane, AWS_REGION: 'eu-west-1', AWS_EC2_METADATA_DISABLED: 'true' },
      ...changes,
    });
  const aws = (id: string) => ({
    HOLDSHORT_JOIN_METHOD: 'aws-iam',
    AWS_ACCESS_KEY_ID: id,
    AWS_SECRET_ACCESS_KEY: ROLES[id]?.secret ?? 'guess',
  });
  const withToken = async (method: string, claims: object) => ({
    HOLDSHORT_JOIN_METHOD: method,
    HOLDSHORT_JOIN_EVIDENCE_FILE: await stack.write(
      `token-${String(++started)}`,
      jwt({ sub: 's', aud: 'holdshort', ...claims }),
    ),
  });
  const workspaces = async (): Promise<string[]> => {
    const ran = await stack.holdshort('carol', ['admin', 'agent', 'list', '--json']);
    expect(said(ran)).toBe('ok');
    return (JSON.parse(ran.stdout) as { workspace: string }[]).map(({ workspace }) => workspace);
  };

  const GOOD: [string, string, () => Promise<Record<string, string>>][] = [
    ['the signature of its AWS role', 'by-aws', () => Promise.resolve(aws('AKIAGOODGOODGOOD'))],
    ['an OpenID token', 'by-oidc', () => withToken('oidc', { iss: url, repository: 'acme/app' })],
    ['the token of its service account', 'by-kubernetes', () => withToken('kubernetes', { iss: CLUSTER })],
  ];

  it.each(GOOD)('joins by %s', async (_, workspace, changes) => {
    const { kill } = await start(await changes());
    expect(await workspaces()).toContain(workspace);
    kill('SIGTERM');
    const events = await stack.events((all) =>
      all.some(({ type, detail }) => type === 'agent.joined' && detail?.['workspace'] === workspace),
    );
    expect(events.some(({ type, detail }) => type === 'agent.enrolled' && detail?.['workspace'] === workspace)).toBe(
      true,
    );
  });

  const BAD: [string, () => Promise<Record<string, string>>][] = [
    ['another AWS role', () => Promise.resolve(aws('AKIAROLEROLEROLE'))],
    ['an AWS key that is not right', () => Promise.resolve(aws('AKIANOBODYNOBODY'))],
    ['a token of another repository', () => withToken('oidc', { iss: url, repository: 'other/app' })],
    ['a token of another cluster', () => withToken('kubernetes', { iss: 'https://other.cluster' })],
  ];

  it.each(BAD)('does not start with %s', async (_, changes) => {
    const before = await workspaces();
    await expect(start(await changes())).rejects.toThrow(/ended with 1/);
    expect(await workspaces()).toEqual(before);
  });
});
