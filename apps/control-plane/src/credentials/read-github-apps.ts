import { readFileSync } from 'node:fs';
import { HoldshortError } from '@holdshort/errors';
import { awsCredentialsIn } from '../aws/aws-credentials.js';
import { KmsKey } from '../aws/kms-key.js';
import { isSafeUrl } from '../safe-url.js';
import type { AppSigner } from './app-signer.js';
import { clientIdOf, type GithubAppConfig, type PeopleConfig } from './github-app-settings.js';
import { isRecord } from './json-shape.js';
import { KmsAppSigner } from './kms-app-signer.js';
import { PemAppSigner } from './pem-app-signer.js';
import { GITHUB_COM, nameAt } from './site-name.js';

const SETTING = 'HOLDSHORT_GITHUB_APPS_FILE';
const KEYS = [
  ...['id', 'host', 'api_url', 'ca_file', 'key_file', 'kms_key', 'kms_endpoint', 'organisations'],
  ...['client_id', 'client_secret_file', 'web_url'],
];
/** DNS names alone: what stands before the path of a repository's address. */
const HOST = /^[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9-]{1,63})+$/;
/** What GitHub takes as a login; users of Enterprise Managed Users have an underscore. */
const OWNER = /^[a-z0-9](?:[a-z0-9_-]{0,99})$/;

const refuse = (what: string): never => {
  throw new HoldshortError('request_malformed', `${SETTING}: ${what}.`, {
    advice: 'See docs/github-apps.md for the form of an App.',
  });
};

/** @throws HoldshortError `request_malformed` saying which App of the list is wrong, and where */
export function readGithubApps(text: string, env: NodeJS.ProcessEnv): readonly GithubAppConfig[] {
  const list = parse(text);
  if (!Array.isArray(list) || list.length === 0) return refuse('it is no list of Apps');
  const apps = list.map((entry, at) => readApp(entry, `App ${String(at + 1)}`, env));
  refuseTwice(apps.map(({ site, id }) => `App ${nameAt(site, id)}`));
  refuseTwice(
    apps.flatMap(({ site, organisations }) => organisations.map((owner) => `organisation ${nameAt(site, owner)}`)),
  );
  return apps;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse('it is no JSON'); // the cause may repeat parts of the file
  }
}

function refuseTwice(names: readonly string[]): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) refuse(`${twice} is named twice`);
}

function readApp(entry: unknown, which: string, env: NodeJS.ProcessEnv): GithubAppConfig {
  if (!isRecord(entry)) return refuse(`${which} is no object`);
  const unknown = Object.keys(entry).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) refuse(`${which} has a key that is not known, ${unknown}`);
  const optional = (key: string): string | undefined => textOf(entry[key], `${key} of ${which}`);
  const site = (optional('host') ?? GITHUB_COM).toLowerCase();
  if (!HOST.test(site)) refuse(`host of ${which} is no host name`);
  const id = readId(entry['id'], which);
  return {
    id,
    site,
    apiUrl: readUrl(optional('api_url') ?? apiOf(site), `api_url of ${which}`),
    ca: readOptionalFile(optional('ca_file'), `ca_file of ${which}`),
    organisations: readOwners(entry['organisations'] ?? [], which),
    signer: readSigner(optional, which, env),
    ...readPeople(optional, { id, site, which }),
  };
}

/** Both or neither of client id and secret; without them the App acts for nobody. */
function readPeople(
  optional: (key: string) => string | undefined,
  { id, site, which }: { id: string; site: string; which: string },
): { people?: PeopleConfig } {
  const file = optional('client_secret_file');
  const [given, webUrl] = [optional('client_id'), optional('web_url')];
  if (file === undefined) {
    return given === undefined && webUrl === undefined ? {} : refuse(`${which} needs client_secret_file`);
  }
  const what = `client_secret_file of ${which}`;
  const clientId = clientIdOf(given, id) ?? refuse(`${which} needs client_id beside client_secret_file`);
  const clientSecret = readText(file, what).trim();
  if (clientSecret === '') return refuse(`${what}, ${file}, is empty`);
  const web = readUrl(webUrl ?? `https://${site}`, `web_url of ${which}`);
  return { people: { clientId, clientSecret, webUrl: web } };
}

function textOf(value: unknown, what: string): string | undefined {
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  return refuse(`${what} is no text`);
}

/** GitHub shows the id as a number and the client id as text; both issue tokens. */
function readId(value: unknown, which: string): string {
  const id = typeof value === 'number' ? String(value) : value;
  return typeof id === 'string' && /^[A-Za-z0-9._-]{1,100}$/.test(id)
    ? id
    : refuse(`id of ${which} is no App id or client id`);
}

/** https://docs.github.com/enterprise-server/rest/using-the-rest-api/getting-started-with-the-rest-api, and for ghe.com. */
function apiOf(site: string): string {
  if (site === GITHUB_COM || site.endsWith('.ghe.com')) return `https://api.${site}`;
  return `https://${site}/api/v3`;
}

const readUrl = (url: string, what: string): string =>
  isSafeUrl(url) ? url.replace(/\/+$/, '') : refuse(`${what} is no https URL`);

const readOptionalFile = (file: string | undefined, what: string): string | undefined =>
  file === undefined ? undefined : readText(file, what);

function readText(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return refuse(`${what}, ${file}, cannot be read`);
  }
}

function readOwners(value: unknown, which: string): string[] {
  const wrong = (): never => refuse(`organisations of ${which} is no list of names`);
  if (!Array.isArray(value)) return wrong();
  return value.map((owner) => {
    const name = typeof owner === 'string' ? owner.toLowerCase() : '';
    return OWNER.test(name) ? name : wrong();
  });
}

function readSigner(optional: (key: string) => string | undefined, which: string, env: NodeJS.ProcessEnv): AppSigner {
  const [file, keyArn, endpoint] = [optional('key_file'), optional('kms_key'), optional('kms_endpoint')];
  if (file !== undefined && keyArn === undefined)
    return new PemAppSigner(readText(file, `key_file of ${which}`), `${SETTING}: key_file of ${which}`);
  if (file !== undefined || keyArn === undefined) return refuse(`${which} needs key_file or kms_key, exactly one`);
  const setting = `${SETTING}: kms_key of ${which}`;
  return new KmsAppSigner(new KmsKey({ keyArn, endpoint, setting, credentials: () => awsCredentialsIn(env) }));
}
