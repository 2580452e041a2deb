import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sign } from 'aws4';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey } from 'jose';
import { anonymous, signedIn } from '../../testing/people.js';
import { eventually } from '../../testing/eventually.js';
import { httpReceiver, type HttpReceiver } from '../../testing/receivers.js';
import { stsStandin } from '../../testing/sts-standin.js';
import { enrol } from '../../testing/test-agent.js';
import { TestWorld, type Replica } from '../../testing/test-world.js';

const ACCOUNT = '123456789012';
const KEYS = {
  good: {
    accessKeyId: 'AKIAGOODGOODGOOD',
    secretAccessKey: 'good-secret',
    account: ACCOUNT,
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/dev-workspace/i-0abc`,
  },
  otherRole: {
    accessKeyId: 'AKIAROLEROLEROLE',
    secretAccessKey: 'role-secret',
    account: ACCOUNT,
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/admin/i-0abc`,
  },
  deeper: {
    accessKeyId: 'AKIADEEPDEEPDEEP',
    secretAccessKey: 'deep-secret',
    account: ACCOUNT,
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/dev-workspace/x/y`,
  },
  otherAccount: {
    accessKeyId: 'AKIAOTHEROTHEROT',
    secretAccessKey: 'other-secret',
    account: '999999999999',
    arn: 'arn:aws:sts::999999999999:assumed-role/dev-workspace/i-0abc',
  },
};
const AUDIENCE = 'holdshort';

type Evidence = Record<string, unknown>;
interface AwsChanges {
  keys?: { accessKeyId: string; secretAccessKey: string };
  host?: string;
  nonce?: string;
  server?: string;
  date?: Date;
  body?: string;
  service?: string;
  more?: Record<string, string>;
}

const amzDate = (date: Date): string => date.toISOString().replace(/[-:]|\.\d{3}/g, '');

describe('join methods', () => {
  let world: TestWorld;
  let replica: Replica;
  let second: Replica;
  let dir: string;
  let sts: HttpReceiver;
  let issuer: HttpReceiver;
  let cluster: HttpReceiver;
  let keys: { privateKey: CryptoKey; publicKey: CryptoKey };
  let stranger: { privateKey: CryptoKey };
  /** Tokens that the cluster vouches for, with the audiences that it says they have. */
  const podTokens = new Map<string, { username: string; audiences?: string[]; pod?: string }>();
  let tokens = 0;

  beforeAll(async () => {
    world = await TestWorld.start();
    dir = await mkdtemp(join(tmpdir(), 'holdshort-join-'));
    const reviewerTokenFile = join(dir, 'reviewer');
    await writeFile(reviewerTokenFile, 'reviewer-token\n');
    [sts, issuer, cluster] = [await stsStandin(Object.values(KEYS)), await httpReceiver(), await httpReceiver()];
    keys = await generateKeyPair('ES256');
    stranger = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'ES256' };
    issuer.answer = ({ path }) =>
      path === '/keys' ? { keys: [jwk] } : { issuer: issuer.url, jwks_uri: `${issuer.url}/keys` };
    cluster.answer = ({ headers, body }) => {
      if (headers.authorization !== 'Bearer reviewer-token') return { status: 401, json: {} };
      const { spec } = JSON.parse(body) as { spec: { token: string; audiences: string[] } };
      const known = podTokens.get(spec.token);
      if (!known) return { status: { authenticated: false } };
      const extra = known.pod === undefined ? {} : { 'authentication.kubernetes.io/pod-name': [known.pod] };
      const { audiences } = known;
      return {
        status: { authenticated: true, ...(audiences ? { audiences } : {}), user: { username: known.username, extra } },
      };
    };
    const joinRules = [
      {
        name: 'ec2',
        method: 'aws-iam',
        workspace: 'ec2-{subject}',
        accounts: [ACCOUNT],
        arns: [`arn:aws:sts::${ACCOUNT}:assumed-role/dev-workspace/*`],
      },
      {
        name: 'ci',
        method: 'oidc',
        workspace: 'ci',
        issuer: issuer.url,
        audience: AUDIENCE,
        claims: { repository: 'acme/*', ref_protected: 'true' },
      },
      {
        name: 'lambda',
        method: 'oidc',
        workspace: 'lambda',
        issuer: issuer.url,
        audience: AUDIENCE,
        claims: { 'https://sts.amazonaws.com/': { aws_account: ACCOUNT } },
      },
      {
        name: 'pods',
        method: 'kubernetes',
        workspace: 'pod-{subject}',
        issuer: 'https://kubernetes.default.svc',
        audience: AUDIENCE,
        serviceAccounts: ['workspaces/agent-*'],
        apiUrl: cluster.url,
        reviewerTokenFile,
      },
    ];
    const settings = { joinRules, awsStsEndpoint: sts.url };
    const database = await world.newDatabase();
    replica = await world.replica(database, settings);
    second = await world.replica(database, { ...settings, publicUrl: replica.server.httpUrl });
  });
  afterAll(async () => {
    await world.stop();
    await Promise.all([sts, issuer, cluster].map((receiver) => receiver.stop()));
    await rm(dir, { recursive: true, force: true });
  });

  const serverName = (): string => new URL(replica.server.httpUrl).host;
  const nonce = async (at = replica): Promise<string> =>
    String((await anonymous(at).post('/join/nonces')).body['nonce']);
  // a second holds 20 joins
  const show = async (evidence: Evidence, at = replica) => {
    for (;;) {
      const answer = await anonymous(at).post('/join', evidence);
      if (answer.status !== 429) return answer;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };

  async function aws(changes: AwsChanges = {}): Promise<Evidence & { headers: Record<string, string> }> {
    const { host = 'sts.eu-west-1.amazonaws.com', date = new Date(), service = 'sts' } = changes;
    const signed = sign(
      {
        ...{ host, service, region: 'eu-west-1', method: 'POST', path: '/' },
        body: changes.body ?? 'Action=GetCallerIdentity&Version=2011-06-15',
        headers: {
          'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8',
          'X-Amz-Date': amzDate(date),
          'X-Holdshort-Nonce': changes.nonce ?? (await nonce()),
          'X-Holdshort-Server': changes.server ?? serverName(),
          ...changes.more,
        },
      },
      changes.keys ?? KEYS.good,
    );
    const lower = Object.entries(signed.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]);
    const headers = Object.fromEntries(
      lower.filter(([name]) => name !== 'host' && name !== 'content-length'),
    ) as Record<string, string>;
    return { method: 'aws-iam', host, headers };
  }
  const withHeaders = async (
    change: (headers: Record<string, string>) => Record<string, string>,
    changes: AwsChanges = {},
  ) => {
    const evidence = await aws(changes);
    return { ...evidence, headers: change(evidence.headers) };
  };

  const CI = { repository: 'acme/app', ref_protected: true };
  const jwt = (
    claims: Evidence,
    { key = keys.privateKey, expires = '5m', aud = AUDIENCE, iss = issuer.url, age = 0, sub = 'repo:acme/app' } = {},
  ) =>
    new SignJWT({ ...claims, jti: String(++tokens) })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .setIssuer(iss)
      .setSubject(sub)
      .setAudience(aud)
      .setIssuedAt(Math.floor(Date.now() / 1000) - age)
      .setExpirationTime(expires)
      .sign(key);
  const oidc = async (token: string | Promise<string>): Promise<Evidence> => ({ method: 'oidc', token: await token });

  async function pod(
    known: { username?: string; audiences?: string[] | undefined; pod?: string } = {},
    expires = '10m',
    iss = 'https://kubernetes.default.svc',
  ) {
    const token = await jwt({}, { iss, expires });
    podTokens.set(token, {
      username: 'system:serviceaccount:workspaces:agent-dev',
      audiences: [AUDIENCE],
      pod: 'agent-dev-7x',
      ...known,
    });
    return { method: 'kubernetes', token };
  }

  const WAYS: [string, () => Promise<Evidence>, string][] = [
    ['aws-iam', () => aws(), `ec2-arn-aws-sts-${ACCOUNT}-assumed-role-dev-workspace-i-0abc`],
    [
      'aws-iam, global endpoint',
      () => aws({ host: 'sts.amazonaws.com' }),
      `ec2-arn-aws-sts-${ACCOUNT}-assumed-role-dev-workspace-i-0abc`,
    ],
    [
      'aws-iam, with a session token',
      () => aws({ more: { 'X-Amz-Security-Token': 'session-token' } }),
      `ec2-arn-aws-sts-${ACCOUNT}-assumed-role-dev-workspace-i-0abc`,
    ],
    ['oidc', () => oidc(jwt(CI)), 'ci'],
    [
      'oidc, as AWS GetWebIdentityToken makes it',
      () => oidc(jwt({ 'https://sts.amazonaws.com/': { aws_account: ACCOUNT } })),
      'lambda',
    ],
    ['kubernetes', () => pod(), 'pod-workspaces-agent-dev-agent-dev-7x'],
  ];

  describe.each(WAYS)('what every method keeps: %s', (method, evidence, workspace) => {
    it('gives a join token that enrols one agent, and both are recorded', async () => {
      const { status, body } = await show(await evidence());
      expect({ status, detail: body['detail'] }).toEqual({ status: 200, detail: undefined });
      const token = JSON.parse(Buffer.from(String(body['token']).slice(5), 'base64url').toString('utf8')) as {
        grpc: string;
        ca: string;
        cert: string;
        key: string;
        id: string;
      };
      const { response } = await enrol(token.grpc, token.ca, token);
      expect(response.workspace).toBe(workspace);
      const joined = await eventually(() =>
        replica.audit.events.find(
          ({ type, detail }) => type === 'agent.joined' && detail?.['join_token'] === body['id'],
        ),
      );
      expect(joined.detail).toMatchObject({ method: method.split(',')[0], workspace });
    });

    it('takes the same evidence once, also from two that come at once at two replicas', async () => {
      const shown = await evidence();
      const answers = await Promise.all([show(shown), show(shown, second)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
      const again = await show(shown);
      expect(again).toMatchObject({ status: 403, body: { detail: 'This evidence has been used before.' } });
    });

    it('leaves no credential in the trail', async () => {
      const shown = await evidence();
      await show(shown);
      const secrets = [
        shown['token'],
        (shown['headers'] as Record<string, string> | undefined)?.['authorization'],
        'session-token',
      ];
      const trail = JSON.stringify(replica.audit.events);
      for (const secret of secrets) if (typeof secret === 'string') expect(trail).not.toContain(secret);
    });
  });

  const REFUSED: [string, () => Promise<Evidence>, string][] = [
    [
      'aws: signed with another key',
      () => aws({ keys: { ...KEYS.good, secretAccessKey: 'guess' } }),
      'AWS does not confirm the signature.',
    ],
    [
      'aws: an unknown key',
      () => aws({ keys: { accessKeyId: 'AKIANOBODYNOBODY', secretAccessKey: 'x' } }),
      'AWS does not confirm the signature.',
    ],
    ['aws: another account', () => aws({ keys: KEYS.otherAccount }), 'No join rule knows this AWS account and role.'],
    ['aws: another role', () => aws({ keys: KEYS.otherRole }), 'No join rule knows this AWS account and role.'],
    [
      'aws: a session name with a slash',
      () => aws({ keys: KEYS.deeper }),
      'No join rule knows this AWS account and role.',
    ],
    [
      'aws: another question, though signed',
      () => aws({ body: 'Action=GetSessionToken&Version=2011-06-15' }),
      'AWS does not confirm the signature.',
    ],
    [
      'aws: a forged nonce',
      () => aws({ nonce: Buffer.alloc(54, 7).toString('base64url') }),
      'The nonce is not one of ours, or it is over.',
    ],
    ['aws: no nonce of ours', () => aws({ nonce: 'hello' }), 'The nonce is not one of ours, or it is over.'],
    [
      'aws: a nonce put in after signing',
      async () => {
        const other = await nonce();
        return withHeaders((headers) => ({ ...headers, 'x-holdshort-nonce': other }));
      },
      'AWS does not confirm the signature.',
    ],
    [
      'aws: signed for another server',
      () => aws({ server: 'evil.example' }),
      'The question was signed for another server.',
    ],
    [
      'aws: a server put in after signing',
      async () =>
        withHeaders((headers) => ({ ...headers, 'x-holdshort-server': serverName() }), { server: 'evil.example' }),
      'AWS does not confirm the signature.',
    ],
    [
      'aws: a nonce that the signature does not cover',
      async () =>
        withHeaders((headers) => ({
          ...headers,
          authorization: (headers['authorization'] ?? '').replace('x-holdshort-nonce;', ''),
        })),
      'The signature does not cover every header.',
    ],
    [
      'aws: signed an hour ago',
      () => aws({ date: new Date(Date.now() - 3_600_000) }),
      'The signature is too old, or the clocks differ.',
    ],
    ['aws: signed for another service', () => aws({ service: 'ec2' }), 'The signature is not one of AWS for STS.'],
    ['aws: another host', () => aws({ host: 'evil.example' }), 'The signed question is not for a host of AWS STS.'],
    [
      'aws: a host that only begins like STS',
      () => aws({ host: 'sts.amazonaws.com.evil.example' }),
      'The signed question is not for a host of AWS STS.',
    ],
    [
      'aws: a host with a port and a path',
      () => aws({ host: 'sts.amazonaws.com@evil.example' }),
      'The signed question is not for a host of AWS STS.',
    ],
    [
      'aws: another service’s host',
      () => aws({ host: 'iam.amazonaws.com' }),
      'The signed question is not for a host of AWS STS.',
    ],
    [
      'aws: a header with a line break',
      async () => withHeaders((headers) => ({ ...headers, 'x-amz-security-token': 'a\r\nhost: evil.example' })),
      'The signed question has a header that it should not have.',
    ],
    [
      'aws: a header besides',
      async () => withHeaders((headers) => ({ ...headers, 'x-forwarded-for': '10.0.0.1' })),
      'The signed question has a header that it should not have.',
    ],
    [
      'aws: a host header of its own',
      async () => withHeaders((headers) => ({ ...headers, host: 'evil.example' })),
      'The signed question has a header that it should not have.',
    ],
    [
      'aws: a header twice',
      async () => withHeaders((headers) => ({ ...headers, 'X-Amz-Date': 'x' })),
      'A header is there twice.',
    ],
    [
      'aws: no signature',
      async () => withHeaders((headers) => omit(headers, 'authorization')),
      'The signed question lacks a header.',
    ],
    ['oidc: signed with another key', () => oidc(jwt(CI, { key: stranger.privateKey })), 'The token does not hold.'],
    ['oidc: expired', () => oidc(jwt(CI, { expires: '-5m' })), 'The token does not hold.'],
    ['oidc: older than a day', () => oidc(jwt(CI, { age: 90_000, expires: '1h' })), 'The token does not hold.'],
    [
      'oidc: for another audience',
      () => oidc(jwt(CI, { aud: 'sts.amazonaws.com' })),
      'No join rule accepts the claims of this token.',
    ],
    [
      'oidc: of another issuer',
      () => oidc(jwt(CI, { iss: 'https://evil.example' })),
      'No join rule knows the issuer of this token.',
    ],
    [
      'oidc: unsigned',
      () =>
        oidc(
          new UnsecuredJWT({ ...CI, sub: 'x' })
            .setIssuer(issuer.url)
            .setAudience(AUDIENCE)
            .setIssuedAt()
            .setExpirationTime('5m')
            .encode(),
        ),
      'The token does not hold.',
    ],
    [
      'oidc: signed with the public key as a shared secret',
      async () =>
        oidc(
          hs256(JSON.stringify(await exportJWK(keys.publicKey)), { ...CI, sub: 'x', iss: issuer.url, aud: AUDIENCE }),
        ),
      'The token does not hold.',
    ],
    [
      'oidc: another repository',
      () => oidc(jwt({ ...CI, repository: 'other/app' })),
      'No join rule accepts the claims of this token.',
    ],
    [
      'oidc: a repository that only begins alike',
      () => oidc(jwt({ ...CI, repository: 'acme/app/evil' })),
      'No join rule accepts the claims of this token.',
    ],
    [
      'oidc: a claim missing',
      () => oidc(jwt({ repository: 'acme/app' })),
      'No join rule accepts the claims of this token.',
    ],
    [
      'oidc: another account in a nested claim',
      () => oidc(jwt({ 'https://sts.amazonaws.com/': { aws_account: '999999999999' } })),
      'No join rule accepts the claims of this token.',
    ],
    ['oidc: no token', () => oidc('hello'), 'The evidence is not a token.'],
    [
      'kubernetes: a token that the cluster does not know',
      async () => ({ method: 'kubernetes', token: await jwt({}, { iss: 'https://kubernetes.default.svc' }) }),
      'No join rule accepts this service account and audience.',
    ],
    ['kubernetes: expired', () => pod({}, '-1m'), 'The token is over.'],
    [
      'kubernetes: another cluster',
      () => pod({}, '10m', 'https://other.cluster'),
      'No join rule knows the cluster of this token.',
    ],
    [
      'kubernetes: for another audience',
      () => pod({ audiences: ['https://kubernetes.default.svc'] }),
      'No join rule accepts this service account and audience.',
    ],
    [
      'kubernetes: a cluster that does not check audiences',
      () => pod({ audiences: undefined }),
      'No join rule accepts this service account and audience.',
    ],
    [
      'kubernetes: another namespace',
      () => pod({ username: 'system:serviceaccount:evil:agent-dev' }),
      'No join rule accepts this service account and audience.',
    ],
    [
      'kubernetes: a person',
      () => pod({ username: 'system:admin' }),
      'No join rule accepts this service account and audience.',
    ],
    [
      'kubernetes token as oidc',
      async () => ({ ...(await pod()), method: 'oidc' }),
      'No join rule knows the issuer of this token.',
    ],
  ];

  it.each(REFUSED)('is refused: %s', async (_, evidence, detail) => {
    const before = replica.audit.events.filter(({ type }) => type === 'agent.join_refused').length;
    const answer = await show(await evidence());
    expect(answer).toMatchObject({ status: 403, body: { detail } });
    expect(answer.body).not.toHaveProperty('token');
    await eventually(() => replica.audit.events.filter(({ type }) => type === 'agent.join_refused').length > before);
  });

  it('knows a used token again under another signature that is as good', async () => {
    const token = await jwt(CI);
    expect((await show(await oidc(token))).status).toBe(200);
    const [head, payload, signature = ''] = token.split('.');
    const bytes = Buffer.from(signature, 'base64url');
    // the other solution of the same ECDSA equation: s becomes the order of P-256 minus s (SEC 1, section 4.1.4)
    const order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
    const s = order - BigInt(`0x${bytes.subarray(32).toString('hex')}`);
    const other = Buffer.concat([bytes.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')]);
    const twin = `${String(head)}.${String(payload)}.${other.toString('base64url')}`;
    expect(twin).not.toBe(token);
    expect(await show(await oidc(twin))).toMatchObject({
      status: 403,
      body: { detail: 'This evidence has been used before.' },
    });
  });

  it('sends nothing to AWS where the evidence is refused by itself', async () => {
    const asked = sts.received.length;
    await show(await aws({ host: 'evil.example' }));
    await show(await withHeaders((headers) => ({ ...headers, 'x-amz-security-token': 'a\r\nb: c' })));
    await show(await aws({ server: 'evil.example' }));
    expect(sts.received.length).toBe(asked);
  });

  it('refuses a nonce that is over, and takes one that another replica made', async () => {
    const fresh = await aws({ nonce: await nonce(second) });
    expect((await show(fresh)).status).toBe(200);
    const old = await nonce();
    world.clockOffsetMs = 301_000;
    try {
      const late = await aws({ nonce: old, date: new Date(Date.now() + 301_000) });
      expect((await show(late)).body).toMatchObject({ detail: 'The nonce is not one of ours, or it is over.' });
    } finally {
      world.clockOffsetMs = 0;
    }
  });

  it('refuses everything where no rule is written, and when nobody can be asked', async () => {
    const bare = await world.replica(await world.newDatabase());
    expect((await show(await oidc(jwt(CI)), bare)).body).toMatchObject({ detail: 'No join rule is for this method.' });
    await bare.stop();
    cluster.failNext = 1;
    expect((await show(await pod())).status).toBeGreaterThanOrEqual(500);
  });

  it('takes no more than some joins a second', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => anonymous(replica).post('/join', { method: 'oidc', token: 'x' })),
    );
    expect(answers.some(({ status, body }) => status === 429 && body['code'] === 'rate_limited')).toBe(true);
  });

  it('shows the workspace among the agents’ join tokens only by its own name', async () => {
    const carol = await signedIn(replica, 'carol');
    const { body } = await carol.get('/agents');
    expect(JSON.stringify(body)).toContain('pod-workspaces-agent-dev-agent-dev-7x');
  });
});

const omit = (headers: Record<string, string>, left: string): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name !== left));

/** A token by a shared secret, as an attacker makes it who only has the public key. */
function hs256(secret: string, claims: Evidence): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const text = `${part({ alg: 'HS256', kid: 'k1' })}.${part({ ...claims, iat: now, exp: now + 300 })}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}
