import { readFile } from 'node:fs/promises';
import { HoldshortError } from '@holdshort/errors';
import { decodeJwt } from 'jose';
import { matchesGlob } from '../../matches-glob.js';
import { askJson } from '../../ask-json.js';
import { refuseJoin, tokenFingerprint, type JoinEvidence, type JoinMethod, type ProvenJoin } from './join-method.js';
import { workspaceOf, type KubernetesRule } from './join-rules.js';

/** https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-review-v1/ */
interface ReviewStatus {
  authenticated?: unknown;
  audiences?: unknown;
  user?: { username?: unknown; extra?: Record<string, unknown> };
}

interface Account {
  /** namespace/name */
  account: string;
  pod: string | undefined;
}

/** Tokens of a cluster's service accounts, which the cluster itself is asked about: a deleted pod's token no longer holds. */
export class KubernetesMethod implements JoinMethod {
  readonly name = 'kubernetes';

  constructor(
    private readonly rules: readonly KubernetesRule[],
    private readonly now: () => Date,
  ) {}

  async prove(evidence: JoinEvidence): Promise<ProvenJoin> {
    if (evidence.method !== 'kubernetes') return refuseJoin('The evidence is of another kind.');
    const { issuer, goodUntil } = claimsOf(evidence.token);
    if (goodUntil <= this.now()) return refuseJoin('The token is over.');
    const rules = this.rules.filter((rule) => rule.issuer === issuer);
    if (rules.length === 0) return refuseJoin('No join rule knows the cluster of this token.');
    for (const rule of rules) {
      const found = await review(rule, evidence.token);
      if (!found || !rule.serviceAccounts.some((pattern) => matchesGlob(pattern, found.account))) continue;
      const subject = found.pod === undefined ? found.account : `${found.account}/${found.pod}`;
      const fingerprint = tokenFingerprint(evidence.token);
      return { rule: rule.name, subject, workspace: workspaceOf(rule, subject), fingerprint, goodUntil };
    }
    return refuseJoin('No join rule accepts this service account and audience.');
  }
}

/** @returns undefined where the cluster does not vouch for the token and the audience */
async function review(rule: KubernetesRule, token: string): Promise<Account | undefined> {
  const { reviewer, ca } = await filesOf(rule);
  const { status, body } = await askJson(
    `${rule.apiUrl.replace(/\/+$/, '')}/apis/authentication.k8s.io/v1/tokenreviews`,
    {
      method: 'POST',
      headers: { authorization: `Bearer ${reviewer}`, 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenReview',
        spec: { token, audiences: [rule.audience] },
      }),
      ...(ca === undefined ? {} : { ca }),
    },
  );
  if (status !== 200 && status !== 201)
    throw new HoldshortError('upstream_unreachable', 'The cluster does not answer questions about its tokens.');
  return accountIn((body as { status?: ReviewStatus } | undefined)?.status, rule.audience);
}

/** A cluster that does not know audiences answers without them: then the token may have been meant for anybody. */
function accountIn(status: ReviewStatus | undefined, audience: string): Account | undefined {
  if (status?.authenticated !== true || !Array.isArray(status.audiences) || !status.audiences.includes(audience))
    return undefined;
  const { username, extra } = status.user ?? {};
  const [, namespace, name] =
    /^system:serviceaccount:([a-z0-9-]+):([a-z0-9.-]+)$/.exec(typeof username === 'string' ? username : '') ?? [];
  return namespace === undefined || name === undefined
    ? undefined
    : { account: `${namespace}/${name}`, pod: firstText(extra?.['authentication.kubernetes.io/pod-name']) };
}

function firstText(list: unknown): string | undefined {
  const first: unknown = Array.isArray(list) ? list[0] : undefined;
  return typeof first === 'string' ? first : undefined;
}

async function filesOf(rule: KubernetesRule): Promise<{ reviewer: string; ca: string | undefined }> {
  try {
    const reviewer = (await readFile(rule.reviewerTokenFile, 'utf8')).trim();
    return { reviewer, ca: rule.caFile === undefined ? undefined : await readFile(rule.caFile, 'utf8') };
  } catch (cause) {
    throw new HoldshortError('upstream_unreachable', 'The files for asking the cluster cannot be read.', { cause });
  }
}

/** Not verified: the cluster verifies. */
function claimsOf(token: string): { issuer: string; goodUntil: Date } {
  try {
    const { iss = '', exp = 0 } = decodeJwt(token);
    return { issuer: iss, goodUntil: new Date(exp * 1000) };
  } catch (cause) {
    return refuseJoin('The evidence is not a token.', cause);
  }
}
