import { hasBase62Checksum } from '../checks/checksums.js';
import { namedValue } from '../forms/named-value.js';
import { prefixedToken, type Verdict } from '../forms/prefixed-token.js';
import type { Rule } from '../rule.js';

/** Tokens of forty characters carry a checksum, whatever follows them; others that are longer are of a later format. */
function githubChecksum(token: string): Verdict {
  if (hasBase62Checksum(token.slice(0, 40))) return 'proven';
  return token.length === 40 ? { doubt: 'its checksum is not one of GitHub' } : 'ok';
}

/** GitLab's default prefixes: docs.gitlab.com/security/tokens, "Token prefixes"; routable tokens end in `.NN.XXXXXXXXX`. */
const gitlab = (id: string, title: string, prefix: string, like: string): Rule =>
  prefixedToken({
    id: `gitlab-${id}`,
    title: `GitLab ${title}`,
    prefix,
    body: '[A-Za-z0-9_-]{20,300}(?:\\.[0-9a-z]{2})?(?:\\.[0-9a-z]{7,12})?',
    reach: 400,
    like: [like, `token: ${like}`],
  });

/** GitHub: docs.github.com, "Token types"; GitLab, Bitbucket, Gitea, Sourcegraph: their own documentation. */
export const SOURCE_HOSTS: readonly Rule[] = [
  prefixedToken({
    id: 'github-token',
    title: 'GitHub access token',
    prefix: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
    body: '[A-Za-z0-9]{36,251}',
    reach: 300,
    check: githubChecksum,
    like: [
      'ghp_{a30}{crc}',
      'gho_{a30}{crc}',
      'ghu_{a30}{crc}',
      'ghs_{a30}{crc}',
      'ghr_{a30}{crc}',
      'ghr_{a76}',
      'xghp_{a30}{crc}',
    ],
    unlike: ['xghp_{a36}', 'xghp_{a50}'],
  }),
  prefixedToken({
    id: 'github-app-token',
    title: 'GitHub App installation token',
    prefix: 'ghs_',
    body: '\\d{1,20}_eyJ[A-Za-z0-9_-]{10,600}\\.[A-Za-z0-9_-]{10,1200}\\.[A-Za-z0-9_-]{20,700}',
    reach: 2600,
    like: ['ghs_{d7}_eyJ{w40}.{w180}.{w260}', 'ghs_{d6}_eyJ{w33}.eyJ{w150}.{w342}'],
  }),
  prefixedToken({
    id: 'github-fine-grained-token',
    title: 'GitHub fine-grained personal access token',
    prefix: 'github_pat_',
    body: '[A-Za-z0-9_]{82}',
    check: (token) => (token[33] === '_' ? 'ok' : { doubt: 'its parts are not those of a token' }),
    like: ['github_pat_{a22}_{a59}', 'token={"github_pat_{a22}_{a59}"}'],
  }),
  prefixedToken({
    id: 'github-legacy-app-token',
    title: 'GitHub App installation token (before 2021)',
    prefix: 'v1.',
    body: '[0-9a-f]{40}',
    like: ['v1.{h40}', 'GITHUB_TOKEN=v1.{h40}'],
    unlike: ['v1.{h39}', 'env1.{h40}'],
  }),
  namedValue({
    id: 'github-secret',
    title: 'GitHub OAuth client secret or webhook secret',
    names: ['github', 'ghe_', 'gh_token', 'gh_pat'],
    value: '[0-9a-f]{40}',
    like: ['GITHUB_CLIENT_SECRET={h40}', "github: { clientSecret: '{h40}' }"],
    unlike: ['GITHUB_SHA={h40}', 'github_commit: {h40}'],
  }),
  gitlab('personal-token', 'personal, project or group access token', 'glpat-', 'glpat-{w20}'),
  gitlab('routable-token', 'OAuth access token', 'gloas-', 'gloas-{h64}'),
  gitlab('deploy-token', 'deploy token', 'gldt-', 'gldt-{w20}'),
  gitlab('runner-token', 'runner authentication token', 'glrt-', 'glrt-{w20}'),
  gitlab('trigger-token', 'pipeline trigger token', 'glptt-', 'glptt-{h40}'),
  gitlab('feed-token', 'feed token', 'glft-', 'glft-{w20}'),
  gitlab('mail-token', 'incoming mail token', 'glimt-', 'glimt-{w25}'),
  gitlab('agent-token', 'agent for Kubernetes token', 'glagent-', 'glagent-{w50}'),
  gitlab('scim-token', 'SCIM token', 'glsoat-', 'glsoat-{w20}'),
  gitlab('feature-flag-token', 'feature flags client token', 'glffct-', 'glffct-{w20}'),
  prefixedToken({
    id: 'gitlab-job-token',
    title: 'GitLab CI job token',
    prefix: 'glcbt-',
    body: '[A-Za-z0-9]{1,5}_[A-Za-z0-9_-]{20,64}',
    like: ['glcbt-{h2}_{w20}', 'JOB-TOKEN: glcbt-{a5}_{w20}'],
  }),
  prefixedToken({
    id: 'gitlab-registration-token',
    title: 'GitLab runner registration token',
    prefix: 'GR1348941',
    body: '[A-Za-z0-9_-]{20}',
    like: ['GR1348941{w20}', '--registration-token GR1348941{w20}'],
  }),
  prefixedToken({
    id: 'bitbucket-app-password',
    title: 'Bitbucket app password',
    prefix: 'ATBB',
    body: '[A-Za-z0-9]{32}',
    apart: true,
    like: ['ATBB{a24}{H8}', 'BITBUCKET_PASSWORD=ATBB{a32}'],
  }),
  prefixedToken({
    id: 'bitbucket-access-token',
    title: 'Bitbucket repository, project or workspace access token',
    prefix: 'ATCTT3xFfG',
    body: '[A-Za-z0-9_=-]{150,220}',
    like: ['ATCTT3xFfG{w170}={H8}', 'x-token-auth:ATCTT3xFfG{w172}={H8}@bitbucket.org'],
  }),
  prefixedToken({
    id: 'sourcegraph-token',
    title: 'Sourcegraph access token',
    prefix: 'sgp_',
    body: '(?:(?:local|[0-9a-fA-F]{16})_)?[0-9a-fA-F]{40}',
    like: ['sgp_{h40}', 'sgp_{h16}_{h40}'],
  }),
  namedValue({
    id: 'gitea-token',
    title: 'Gitea or Forgejo access token',
    names: ['gitea', 'forgejo', 'codeberg'],
    value: '[0-9a-f]{40}',
    like: ['GITEA_TOKEN={h40}', 'forgejo_api_token: "{h40}"'],
    unlike: ['GITEA_COMMIT={h40}'],
  }),
];
