import { startIdentityProvider, type IdentityProvider } from '@holdshort/dev-services';
import { ApiClient } from '@holdshort/api-client';
import { signInAsDeveloper } from './sign-in.js';
import type { StackLocation } from './stack-location.js';
import { FakeControlPlane, type Answer } from './test-support/fake-control-plane.js';

const CLIENT = { clientId: 'holdshort', clientSecret: 'a-secret-of-this-test' };
const authorization = `Basic ${Buffer.from(`${CLIENT.clientId}:${CLIENT.clientSecret}`).toString('base64')}`;
const USERS = [
  { login: 'alice', password: 'alice', groups: ['eng'] },
  { login: 'bob', password: 'bob', groups: ['eng'] },
];

/** The control plane's part of a device sign-in is that of an OIDC client; the provider is real. */
describe('signing in without a browser', () => {
  let idp: IdentityProvider;
  let controlPlane: FakeControlPlane;
  let client: ApiClient;
  let device: Record<string, unknown>;
  /** What the control plane says to one attempt after the other; the last one stays. */
  let redeem: Answer[];
  const post = async (path: string, form: Record<string, string>): Promise<Record<string, unknown>> => {
    const response = await fetch(`${idp.issuer}${path}`, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: { authorization },
    });
    return (await response.json()) as Record<string, unknown>;
  };
  const stack = (embedded?: StackLocation['embedded']): StackLocation => ({
    ...{ controlPlane: 'x', agentProxy: 'x', agentEndpoint: 'x', agentAdmin: 'x', ca: 'x', enterpriseServers: [] },
    ...(embedded === undefined ? {} : { embedded }),
  });

  beforeEach(async () => {
    idp = await startIdentityProvider({ ...CLIENT, redirectUris: ['http://127.0.0.1/callback'] });
    device = await post('/device/auth', { scope: 'openid email groups' });
    redeem = [[200, { token: 'hst_1', expires_at: '2999-01-01T00:00:00Z', human: { login: 'alice' } }]];
    controlPlane = new FakeControlPlane({
      'POST /api/v1/auth/device': () => [200, { handle: 'h', interval: 1, ...device }],
      'POST /api/v1/auth/device/token': () => (redeem.length > 1 ? redeem.shift() : redeem[0]) as Answer,
    });
    client = new ApiClient(await controlPlane.start());
  });
  afterEach(async () => {
    await controlPlane.stop();
    await idp.stop();
  });

  it('walks the provider like a browser: the device code is then good for the person', async () => {
    const signIn = await signInAsDeveloper(client, stack({ idp: idp.issuer, users: USERS }), 'alice');
    expect(signIn.token).toBe('hst_1');
    const grant = 'urn:ietf:params:oauth:grant-type:device_code';
    const { id_token: idToken } = await post('/token', { grant_type: grant, device_code: String(device.device_code) });
    const claims = JSON.parse(Buffer.from(String(idToken).split('.')[1] ?? '', 'base64url').toString()) as Record<
      string,
      unknown
    >;
    expect(claims).toMatchObject({ sub: 'dev-alice', groups: ['eng'] });
  });

  it("shows the provider's refusal", async () => {
    const users = [{ login: 'alice', password: 'wrong' }];
    await expect(signInAsDeveloper(client, stack({ idp: idp.issuer, users }), 'alice')).rejects.toThrow(
      'Login or password is wrong.',
    );
  });

  it('types known passwords into nothing but the local provider of an embedded stack', async () => {
    await expect(signInAsDeveloper(client, stack(), 'alice')).rejects.toThrow('exists for the embedded stack only');
    await expect(
      signInAsDeveloper(client, stack({ idp: 'http://127.0.0.1:1', users: USERS }), 'alice'),
    ).rejects.toThrow('The control plane does not use the local identity provider.');
    await expect(signInAsDeveloper(client, stack({ idp: idp.issuer, users: USERS }), 'eve')).rejects.toThrow(
      'The embedded stack knows no eve.',
    );
  });

  it('waits while the answer is pending, and ends with a refusal', async () => {
    redeem = [
      [400, { detail: 'pending', code: 'request_malformed', error: 'authorization_pending' }],
      [400, { detail: 'no', code: 'not_authorized', error: 'access_denied' }],
    ];
    const signIn = signInAsDeveloper(client, stack({ idp: idp.issuer, users: USERS }), 'bob');
    await expect(signIn).rejects.toThrow('The sign-in was refused at the identity provider.');
    expect(controlPlane.calls.filter(({ call }) => call.endsWith('/token'))).toHaveLength(2);
  });
});
