import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { Provider, interactionPolicy, type Configuration } from 'oidc-provider';
import {
  confirmCodePage,
  loginPage,
  problemPage,
  signedInPage,
  signedOutPage,
  signOutPage,
  userCodePage,
} from './identity-pages.js';
import { IdentityPeople, subjectOf, type DevUser, type PersonChange } from './identity-people.js';
import { IdentityStore } from './identity-store.js';

/** The people of the embedded stack; the password is the login. */
export const DEV_USERS: readonly DevUser[] = Object.entries({
  alice: ['eng'],
  bob: ['eng'],
  sam: ['security'],
  sue: ['security'],
  carol: ['admins'],
  dave: ['auditors'],
  mallory: [],
}).map(([login, groups]) => ({ login, password: login, groups }));

export interface IdentityProviderOptions {
  /** 0 or absent picks a free one. */
  port?: number;
  users?: readonly DevUser[];
  clientId: string;
  clientSecret: string;
  redirectUris: string[];
  /** Where a browser may go after it has signed out here. */
  postLogoutRedirectUris?: string[];
  /** Is told when somebody signs out here (OpenID Connect Back-Channel Logout 1.0). */
  backchannelLogoutUri?: string;
}

export interface IdentityProvider {
  /** `http://127.0.0.1:PORT` */
  readonly issuer: string;
  readonly port: number;
  /** Counts from now on, for people who are signed in too. @throws Error for a login that is not there */
  changePerson(login: string, change: PersonChange): void;
  stop(): Promise<void>;
}

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
/** A login form is a hundred bytes. */
const FORM_LIMIT = 4096;

/**
 * A real OpenID provider on loopback: authorization code with PKCE, device flow (RFC 8628), refresh tokens, RS256 id
 * tokens that carry `email` and `groups`, logout with back channel. People change by `POST /people/LOGIN`. Plain http, and passwords that everybody knows: for development and tests only.
 */
export async function startIdentityProvider(options: IdentityProviderOptions): Promise<IdentityProvider> {
  const server = createServer();
  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const people = new IdentityPeople(options.users ?? DEV_USERS);
  const provider = new Provider(issuer, configuration(options, people));
  const answer = provider.callback();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith('/interaction/')) void interact(provider, people, request, response);
    else if (request.url?.startsWith('/people/')) void people.answer(request, response);
    else void answer(request, response);
  });
  const changePerson = (login: string, change: PersonChange): void => {
    if (!people.change(login, change)) throw new Error(`the provider knows no ${login}`);
  };
  return { issuer, port, changePerson, stop: () => close(server) };
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = promisify(server.close.bind(server))();
  server.closeAllConnections();
  await closed;
}

const claimsOf = (user: DevUser): { sub: string } => ({
  sub: subjectOf(user),
  ...{ preferred_username: user.login, name: user.login, email: `${user.login}@example.test`, email_verified: true },
  ...{ groups: user.groups },
});

function signingKey(): Record<string, unknown> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomBytes(8).toString('hex'), alg: 'RS256', use: 'sig' };
}

const clients = (options: IdentityProviderOptions): Configuration['clients'] => [
  {
    client_id: options.clientId,
    client_secret: options.clientSecret,
    client_name: 'Holdshort',
    // A loopback redirect address then matches on any port (RFC 8252, 7.3).
    application_type: 'native',
    grant_types: ['authorization_code', 'refresh_token', DEVICE_GRANT],
    response_types: ['code'],
    redirect_uris: options.redirectUris,
    post_logout_redirect_uris: options.postLogoutRedirectUris ?? [],
    ...(options.backchannelLogoutUri === undefined
      ? {}
      : { backchannel_logout_uri: options.backchannelLogoutUri, backchannel_logout_session_required: true }),
  },
];

function configuration(options: IdentityProviderOptions, people: IdentityPeople): Configuration {
  const store = new IdentityStore();
  return {
    adapter: (model) => store.adapterFor(model),
    clients: clients(options),
    jwks: { keys: [signingKey()] },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name', 'preferred_username'],
      groups: ['groups'],
    },
    scopes: ['openid', 'email', 'profile', 'groups', 'offline_access'],
    // The scopes' claims go into the id token too: groups are believed only from a signed token.
    conformIdTokenClaims: false,
    features: {
      devInteractions: { enabled: false },
      deviceFlow: devicePages,
      revocation: { enabled: true },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: logoutPages,
    },
    findAccount: (_ctx, sub) => findAccount(people, sub),
    // Without its dispatcher, which refuses loopback: whom it tells of a logout is there, and nowhere else.
    fetch: (url, options) => fetch(url, { ...options, ...{ dispatcher: undefined } }),
    interactions: { policy: withoutNativePrompt(), url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    // The only client is our own: signing in is consent enough.
    loadExistingGrant: grantAll,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    renderError: (ctx, out) => {
      ctx.type = 'html';
      ctx.body = problemPage(out.error_description ?? out.error);
    },
    ttl: {
      AccessToken: 3600,
      IdToken: 3600,
      RefreshToken: 86_400,
      DeviceCode: 600,
      Session: 3600,
      Interaction: 600,
      Grant: 86_400,
    },
  };
}

/** A native client would be asked for consent each time, since another program could pose as it; here it has a secret. */
function withoutNativePrompt(): ReturnType<typeof interactionPolicy.base> {
  const policy = interactionPolicy.base();
  policy.get('consent')?.checks.remove('native_client_prompt');
  return policy;
}

const devicePages: NonNullable<Configuration['features']>['deviceFlow'] = {
  enabled: true,
  userCodeInputSource: (ctx, form, _out, problem) => {
    ctx.type = 'html';
    ctx.body = userCodePage(form, problem === undefined ? undefined : 'That code is not valid. Enter the code again.');
  },
  userCodeConfirmSource: (...[ctx, form, client, , code]) => {
    ctx.type = 'html';
    ctx.body = confirmCodePage(form, client.clientName ?? client.clientId, code);
  },
  successSource: (ctx) => {
    ctx.type = 'html';
    ctx.body = signedInPage();
  },
};

const logoutPages: NonNullable<Configuration['features']>['rpInitiatedLogout'] = {
  enabled: true,
  logoutSource: (ctx, form) => {
    ctx.type = 'html';
    ctx.body = signOutPage(form);
  },
  postLogoutSuccessSource: (ctx) => {
    ctx.type = 'html';
    ctx.body = signedOutPage();
  },
};

function findAccount(people: IdentityPeople, sub: string): ReturnType<NonNullable<Configuration['findAccount']>> {
  const user = people.bySubject(sub);
  return user && { accountId: sub, claims: () => claimsOf(user) };
}

const grantAll: NonNullable<Configuration['loadExistingGrant']> = async (ctx) => {
  const { client, session, provider, params } = ctx.oidc;
  if (!client || !session?.accountId) return undefined;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(typeof params?.scope === 'string' ? params.scope : 'openid');
  await grant.save();
  return grant;
};

async function interact(
  provider: Provider,
  people: IdentityPeople,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const action = request.url ?? '/';
  try {
    await provider.interactionDetails(request, response);
    if (request.method !== 'POST') {
      sendPage(response, 200, loginPage(action));
      return;
    }
    const form = await readForm(request);
    const user = people.byPassword(form.get('login'), form.get('password'));
    if (user) await provider.interactionFinished(request, response, { login: { accountId: subjectOf(user) } });
    else sendPage(response, 401, loginPage(action, 'Login or password is wrong.'));
  } catch {
    // The provider throws where cookie or interaction are unknown or too old; there is nothing else to say.
    sendPage(response, 400, problemPage('This sign-in has ended. Start again.'));
  }
}

function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(html);
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > FORM_LIMIT) throw new Error('form too large');
  }
  return new URLSearchParams(text);
}
