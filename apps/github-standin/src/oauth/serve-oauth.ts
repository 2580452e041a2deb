import { isSame } from '../access/same-text.js';
import { readBody, type Exchange } from '../http/exchange.js';
import type { Account } from '../world/model.js';
import type { World } from '../world/world.js';
import { DEVICE_INTERVAL_S, DEVICE_LIFE_S, oauthError, type TokenAnswer } from './authorizations.js';

type Serve = (world: World, exchange: Exchange) => Promise<void> | void;
type Fields = Record<string, string | undefined>;

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

function sendPage({ res }: Exchange, status: number, body: string): void {
  res
    .writeHead(status, { 'content-type': 'text/html; charset=utf-8' })
    .end(`<!doctype html><html><body>${body}</body></html>`);
}

function sendJson({ res }: Exchange, answer: unknown): void {
  res.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(answer));
}

/** A form or JSON, as GitHub takes both. */
async function fieldsOf({ req }: Exchange): Promise<Fields> {
  const text = (await readBody(req)).toString('utf8');
  const isJson = (req.headers['content-type'] ?? '').includes('json');
  return isJson ? (JSON.parse(text === '' ? '{}' : text) as Fields) : Object.fromEntries(new URLSearchParams(text));
}

const people = (world: World): Account[] => [...world.accounts.values()].filter(({ type }) => type === 'User');

function personNamed(world: World, login: string | null | undefined): Account | undefined {
  const account = world.accounts.get((login ?? '').toLowerCase());
  return account?.type === 'User' ? account : undefined;
}

/** The chosen person says yes at once; without a choice the page asks who is there. */
function authorize(world: World, exchange: Exchange): void {
  const { res, url } = exchange;
  const asked = url.searchParams;
  const redirectUri = asked.get('redirect_uri') ?? '';
  if (asked.get('client_id') !== world.app.clientId || !URL.canParse(redirectUri)) {
    sendPage(exchange, 404, '<h1>404</h1>');
    return;
  }
  const { consents } = world.authorizations;
  const user = consents === undefined ? personNamed(world, asked.get('login')) : consents;
  if (user === undefined) {
    sendPage(exchange, 200, whoPage(world, url));
    return;
  }
  const back = new URL(redirectUri);
  const challenge =
    asked.get('code_challenge_method') === 'S256' ? (asked.get('code_challenge') ?? undefined) : undefined;
  if (user) back.searchParams.set('code', world.authorizations.newCode(user, redirectUri, challenge));
  else back.searchParams.set('error', 'access_denied');
  back.searchParams.set('state', asked.get('state') ?? '');
  res.writeHead(302, { location: back.href }).end();
}

function whoPage(world: World, url: URL): string {
  const link = (login: string): string => {
    const target = new URL(url);
    target.searchParams.set('login', login);
    return `<li><a href="${escape(target.pathname + target.search)}">${escape(login)}</a></li>`;
  };
  return `<h1>Authorize ${escape(world.app.name)}</h1><p>Who are you?</p><ul>${people(world)
    .map((person) => link(person.login))
    .join('')}</ul>`;
}

async function accessToken(world: World, exchange: Exchange): Promise<void> {
  sendJson(exchange, tokenAnswer(world, await fieldsOf(exchange)));
}

/** The device flow needs no secret; one that is sent must be right. */
function tokenAnswer(world: World, fields: Fields): TokenAnswer {
  const { app, authorizations } = world;
  const { client_id: id, client_secret: secret, grant_type: grant = 'authorization_code' } = fields;
  const isRight =
    id === app.clientId && (secret === undefined ? grant === DEVICE_GRANT : isSame(secret, app.clientSecret));
  if (!isRight)
    return oauthError('incorrect_client_credentials', 'The client_id and/or client_secret passed are incorrect.');
  if (grant === DEVICE_GRANT) return authorizations.byDevice(fields['device_code'] ?? '');
  if (grant === 'refresh_token') return authorizations.byRefresh(fields['refresh_token'] ?? '');
  if (grant !== 'authorization_code') return oauthError('unsupported_grant_type', 'The grant_type is not supported.');
  return authorizations.byCode(fields['code'] ?? '', fields['redirect_uri'], fields['code_verifier']);
}

async function deviceCode(world: World, exchange: Exchange): Promise<void> {
  const { client_id: id } = await fieldsOf(exchange);
  if (id !== world.app.clientId) {
    exchange.res.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"Not Found"}');
    return;
  }
  const { deviceCode: device, userCode } = world.authorizations.newDevice();
  sendJson(exchange, {
    device_code: device,
    user_code: userCode,
    verification_uri: `https://${exchange.req.headers.host ?? 'github.com'}/login/device`,
    expires_in: DEVICE_LIFE_S,
    interval: DEVICE_INTERVAL_S,
  });
}

const devicePage: Serve = (world, exchange) => {
  const options = people(world).map(({ login }) => `<option>${escape(login)}</option>`);
  sendPage(
    exchange,
    200,
    '<h1>Device activation</h1><form method="post" action="/login/device"><input name="user_code" value="">' +
      `<select name="login">${options.join('')}</select><button>Continue</button></form>`,
  );
};

async function answerDevice(world: World, exchange: Exchange): Promise<void> {
  const { user_code: code = '', login, deny } = await fieldsOf(exchange);
  const user = deny === undefined ? personNamed(world, login) : null;
  if (user === undefined || !world.authorizations.answerDevice(code, user))
    sendPage(exchange, 404, '<h1>No such code</h1>');
  else sendPage(exchange, 200, '<h1>Congratulations, you are all set!</h1>');
}

const PAGES: Readonly<Record<string, Serve>> = {
  'GET /login/oauth/authorize': authorize,
  'POST /login/oauth/access_token': accessToken,
  'POST /login/device/code': deviceCode,
  'GET /login/device': devicePage,
  'POST /login/device': answerDevice,
};

/** github.com/login: where people let an App act for them. @returns false where the path is none of these */
export async function serveOauth(world: World, exchange: Exchange): Promise<boolean> {
  const key = `${exchange.req.method ?? ''} ${exchange.url.pathname}`;
  const serve = Object.hasOwn(PAGES, key) ? PAGES[key] : undefined;
  if (!serve) return false;
  await serve(world, exchange);
  return true;
}
