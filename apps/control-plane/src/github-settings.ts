import { defineSettings } from '@holdshort/config';

/** By which GitHub Apps calls go; see docs/github-apps.md and docs/user-leases.md. */
export const GITHUB_SETTINGS = defineSettings({
  githubApps: {
    env: 'HOLDSHORT_GITHUB_APPS_FILE',
    kind: 'file',
    optional: true,
    reason:
      'JSON file with the list of GitHub Apps that issue leases, where there are several; see docs/github-apps.md.',
  },
  githubAppId: {
    env: 'HOLDSHORT_GITHUB_APP_ID',
    kind: 'text',
    optional: true,
    reason: 'Id or client id of the GitHub App that issues leases, where there is one.',
  },
  githubAppKey: {
    env: 'HOLDSHORT_GITHUB_APP_KEY_FILE',
    kind: 'file',
    optional: true,
    secret: true,
    reason: 'PEM file with the RSA key of the GitHub App; this or HOLDSHORT_GITHUB_APP_KMS_KEY.',
  },
  githubAppKmsKey: {
    env: 'HOLDSHORT_GITHUB_APP_KMS_KEY',
    kind: 'text',
    optional: true,
    reason: 'ARN of an RSA_2048 key of AWS KMS that signs for the GitHub App instead; see docs/github-apps.md.',
  },
  githubAppKmsEndpoint: {
    env: 'HOLDSHORT_GITHUB_APP_KMS_ENDPOINT',
    kind: 'text',
    optional: true,
    reason: 'URL of AWS KMS for that key instead of the region’s own: a VPC endpoint or a test.',
  },
  githubClientId: {
    env: 'HOLDSHORT_GITHUB_CLIENT_ID',
    kind: 'text',
    optional: true,
    reason:
      'Client id of the GitHub App, for leases of people; HOLDSHORT_GITHUB_APP_ID where that is one. See docs/user-leases.md.',
  },
  githubClientSecret: {
    env: 'HOLDSHORT_GITHUB_CLIENT_SECRET_FILE',
    kind: 'file',
    optional: true,
    secret: true,
    reason: 'File with a client secret of the GitHub App; without it no GitHub account can be linked.',
  },
  githubWebUrl: {
    env: 'HOLDSHORT_GITHUB_WEB_URL',
    kind: 'text',
    optional: true,
    reason: 'Where people authorise the GitHub App; https:// and HOLDSHORT_GITHUB_HOST unless set.',
  },
  githubHost: {
    env: 'HOLDSHORT_GITHUB_HOST',
    kind: 'text',
    default: 'github.com',
    reason: 'Host that repositories of this App are named by; that of a GitHub Enterprise Server where agents know it.',
  },
  githubApiUrl: {
    env: 'HOLDSHORT_GITHUB_API_URL',
    kind: 'text',
    default: 'https://api.github.com',
    reason: 'REST root of GitHub, or of a GitHub Enterprise Server.',
  },
  githubCa: {
    env: 'HOLDSHORT_GITHUB_CA_FILE',
    kind: 'file',
    optional: true,
    reason: 'CA that signs the GitHub above, where it is not a public one.',
  },
});
