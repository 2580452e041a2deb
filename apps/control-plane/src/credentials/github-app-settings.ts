import { HoldshortError } from '@holdshort/errors';
import { awsCredentialsIn } from '../aws/aws-credentials.js';
import { KmsKey } from '../aws/kms-key.js';
import { isSafeUrl } from '../safe-url.js';
import type { ControlPlaneSettings } from '../settings.js';
import type { AppSigner } from './app-signer.js';
import { KmsAppSigner } from './kms-app-signer.js';
import { PemAppSigner } from './pem-app-signer.js';
import { readGithubApps } from './read-github-apps.js';

/** One GitHub App that the control plane is, and what it is for. */
export interface GithubAppConfig {
  /** Its id or client id, which issues its tokens. */
  id: string;
  /** The GitHub where it is, by the host that repositories there are named by: `github.com`, `ghes.corp.example`. */
  site: string;
  /** REST root, without a slash at its end. */
  apiUrl: string;
  /** PEM, where the API's certificate is not of a public CA. */
  ca: string | undefined;
  /** Lower case. Where there are some, the App is for these owners alone. */
  organisations: readonly string[];
  signer: AppSigner;
  /** Absent: nobody can link an account, and no lease is a person's. */
  people?: PeopleConfig;
}

/** What an App needs to act for people. */
export interface PeopleConfig {
  clientId: string;
  clientSecret: string;
  /** Of the pages where people authorise, without a slash at its end. */
  webUrl: string;
}

type AppSettings = Pick<
  ControlPlaneSettings,
  | 'githubApps'
  | 'githubAppId'
  | 'githubAppKey'
  | 'githubAppKmsKey'
  | 'githubAppKmsEndpoint'
  | 'githubClientId'
  | 'githubClientSecret'
  | 'githubWebUrl'
  | 'githubHost'
  | 'githubApiUrl'
  | 'githubCa'
>;

const refuse = (message: string): never => {
  throw new HoldshortError('request_malformed', message, { advice: 'See docs/github-apps.md.' });
};

/**
 * The Apps of the file, or the one that the single settings describe.
 * @throws HoldshortError `request_malformed` naming the setting that is missing, doubled or wrong
 */
export function githubAppsOf(settings: AppSettings, env: NodeJS.ProcessEnv = process.env): readonly GithubAppConfig[] {
  const { githubApps, githubAppId, githubAppKey, githubAppKmsKey } = settings;
  if (githubApps === undefined) return [singleApp(settings, env)];
  const { githubClientId, githubClientSecret } = settings;
  const single = [githubAppId, githubAppKey, githubAppKmsKey, githubClientId, githubClientSecret];
  if (single.some((setting) => setting !== undefined))
    return refuse('Set HOLDSHORT_GITHUB_APPS_FILE or HOLDSHORT_GITHUB_APP_*, not both.');
  return readGithubApps(githubApps, env);
}

function singleApp(settings: AppSettings, env: NodeJS.ProcessEnv): GithubAppConfig {
  const id =
    settings.githubAppId ?? refuse('Set HOLDSHORT_GITHUB_APP_ID, or HOLDSHORT_GITHUB_APPS_FILE for several Apps.');
  const site = settings.githubHost.toLowerCase();
  return {
    id,
    site,
    apiUrl: settings.githubApiUrl.replace(/\/+$/, ''),
    ca: settings.githubCa,
    organisations: [],
    signer: signerOf(settings, env),
    ...peopleOf(settings, id, site),
  };
}

function peopleOf(settings: AppSettings, id: string, site: string): { people?: PeopleConfig } {
  const { githubClientId, githubClientSecret, githubWebUrl } = settings;
  if (githubClientSecret === undefined) return {};
  const clientId = clientIdOf(githubClientId, id);
  if (clientId === undefined) return refuse('HOLDSHORT_GITHUB_CLIENT_SECRET_FILE needs HOLDSHORT_GITHUB_CLIENT_ID.');
  if (githubClientSecret.trim() === '') return refuse('The file of HOLDSHORT_GITHUB_CLIENT_SECRET_FILE is empty.');
  if (githubWebUrl !== undefined && !isSafeUrl(githubWebUrl))
    return refuse('HOLDSHORT_GITHUB_WEB_URL is no https URL.');
  const webUrl = (githubWebUrl ?? `https://${site}`).replace(/\/+$/, '');
  return { people: { clientId, clientSecret: githubClientSecret.trim(), webUrl } };
}

/** An App that is known by its client id needs it no second time. */
export const clientIdOf = (given: string | undefined, id: string): string | undefined =>
  given ?? (/^\d+$/.test(id) ? undefined : id);

function signerOf(settings: AppSettings, env: NodeJS.ProcessEnv): AppSigner {
  const { githubAppKey: pem, githubAppKmsKey: keyArn, githubAppKmsEndpoint: endpoint } = settings;
  if (pem !== undefined && keyArn === undefined) return new PemAppSigner(pem, 'HOLDSHORT_GITHUB_APP_KEY_FILE');
  if (pem !== undefined || keyArn === undefined)
    return refuse('Set HOLDSHORT_GITHUB_APP_KEY_FILE or HOLDSHORT_GITHUB_APP_KMS_KEY, exactly one of them.');
  const setting = 'HOLDSHORT_GITHUB_APP_KMS_KEY';
  return new KmsAppSigner(new KmsKey({ keyArn, endpoint, setting, credentials: () => awsCredentialsIn(env) }));
}
