import { defineSettings } from '@holdshort/config';

/** How people and workloads prove who they are; see docs/identity.md. */
export const IDENTITY_SETTINGS = defineSettings({
  oidcIssuer: { env: 'HOLDSHORT_OIDC_ISSUER', kind: 'text', reason: 'Issuer URL of the identity provider.' },
  oidcClientId: { env: 'HOLDSHORT_OIDC_CLIENT_ID', kind: 'text', reason: 'Client id at the identity provider.' },
  oidcClientSecret: {
    env: 'HOLDSHORT_OIDC_CLIENT_SECRET_FILE',
    kind: 'file',
    optional: true,
    secret: true,
    reason: 'Client secret; unset for a public client.',
  },
  oidcScopes: {
    env: 'HOLDSHORT_OIDC_SCOPES',
    kind: 'text',
    default: 'openid profile email groups',
    reason: 'Scopes asked for; groups come by scope at most providers.',
  },
  oidcLoginClaim: {
    env: 'HOLDSHORT_OIDC_LOGIN_CLAIM',
    kind: 'text',
    default: 'preferred_username',
    reason: 'Claim that names the person; the subject where it is absent.',
  },
  oidcGroupsClaim: {
    env: 'HOLDSHORT_OIDC_GROUPS_CLAIM',
    kind: 'text',
    default: 'groups',
    reason: 'Claim that lists the groups of the person.',
  },
  oidcMoreIssuers: {
    env: 'HOLDSHORT_OIDC_MORE_ISSUERS',
    kind: 'json',
    default: '[]',
    secret: true,
    reason:
      'Further identity providers, a JSON list of objects with name, issuer, client_id, client_secret; see docs/identity.md.',
  },
  identityCheckSeconds: {
    env: 'HOLDSHORT_IDENTITY_CHECK_SECONDS',
    kind: 'integer',
    default: '20',
    reason:
      'How often the identity provider is asked whether somebody at work is still there, in seconds; 20 refuses a disabled person well within a minute.',
  },
  identityGraceSeconds: {
    env: 'HOLDSHORT_IDENTITY_GRACE_SECONDS',
    kind: 'integer',
    default: '3600',
    reason:
      'How long the last word of an identity provider counts that gives no answer, or no refresh token, in seconds; an hour outlasts most of their outages.',
  },
  webIdleSeconds: {
    env: 'HOLDSHORT_WEB_IDLE_SECONDS',
    kind: 'integer',
    default: '1800',
    reason: 'A browser that is silent for this many seconds is signed out; half an hour covers a meeting.',
  },
  apiTokenDays: {
    env: 'HOLDSHORT_API_TOKEN_DAYS',
    kind: 'integer',
    default: '90',
    reason: 'Longest life of a personal API token in days; a quarter makes people look at them again.',
  },
  workloadTrust: {
    env: 'HOLDSHORT_WORKLOAD_TRUST',
    kind: 'json',
    default: '[]',
    reason:
      'Rules by which tokens of CI jobs and pods open sessions without a person; see docs/identity.md. Empty means none may.',
  },
  callsPerMinute: {
    env: 'HOLDSHORT_CALLS_PER_MINUTE',
    kind: 'integer',
    default: '1200',
    reason: 'Calls of one sign-in or API token per minute and replica; a console with several tabs stays far below.',
  },
  signInsPerMinute: {
    env: 'HOLDSHORT_SIGN_INS_PER_MINUTE',
    kind: 'integer',
    default: '240',
    reason:
      'Calls of one address per minute and replica without a valid sign-in; an office behind one address polls its device sign-ins with these.',
  },
  trustedProxies: {
    env: 'HOLDSHORT_TRUSTED_PROXIES',
    kind: 'list',
    default: '',
    reason: 'Addresses or subnets of load balancers whose X-Forwarded-For is believed; empty believes none.',
  },
});
