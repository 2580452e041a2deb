import { matchesGlob } from '../../matches-glob.js';
import { sha256Hex } from '../../random-id.js';
import { askJson } from '../../ask-json.js';
import { refuseJoin, type JoinEvidence, type JoinMethod, type ProvenJoin } from './join-method.js';
import type { JoinNonces } from './join-nonces.js';
import { workspaceOf, type AwsRule } from './join-rules.js';

/** The whole body of the only question that is passed on: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
const BODY = 'Action=GetCallerIdentity&Version=2011-06-15';
/** The global endpoint and those of regions: https://docs.aws.amazon.com/general/latest/gr/sts.html */
const STS_HOST = /^sts(\.[a-z]{2}(-[a-z]+)+-[0-9])?\.amazonaws\.com(\.cn)?$/;
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=[A-Z0-9]{16,128}\/[0-9]{8}\/[a-z0-9-]{2,40}\/sts\/aws4_request, ?SignedHeaders=([a-z0-9;-]{1,400}), ?Signature=[0-9a-f]{64}$/;

/** What a workspace sends along; nothing else reaches STS. `true`: it has to be there. */
const HEADERS: Readonly<Record<string, boolean>> = {
  authorization: true,
  'content-type': true,
  'x-amz-date': true,
  'x-amz-security-token': false,
  'x-holdshort-nonce': true,
  'x-holdshort-server': true,
};
const VALUE = /^[\x21-\x7e](?:[\x20-\x7e]{0,4094}[\x21-\x7e])?$/;
/** AWS itself takes up to 15 minutes. */
const DATE_SLACK_MS = 5 * 60_000;

export interface AwsConfig {
  rules: readonly AwsRule[];
  /** Hosts besides AWS's own, e.g. of VPC endpoints. */
  moreHosts: readonly string[];
  /** Where the question is sent instead of to its host; for a proxy and for tests. */
  endpoint?: string;
  /** Own host name as agents know it: what the evidence was made for. */
  serverName: () => string;
}

/**
 * A workspace signs the question "who am I?" to AWS and hands it over; we ask it. The signature covers our nonce and our
 * name, so it was made for us and now. Only that question, to AWS's own hosts: nothing else of the evidence is passed on.
 */
export class AwsIamMethod implements JoinMethod {
  readonly name = 'aws-iam';

  constructor(
    private readonly config: AwsConfig,
    private readonly nonces: JoinNonces,
    private readonly now: () => Date,
  ) {}

  async prove(evidence: JoinEvidence): Promise<ProvenJoin> {
    if (evidence.method !== 'aws-iam') return refuseJoin('The evidence is of another kind.');
    const host = this.checkHost(evidence.host);
    const headers = checkHeaders(evidence.headers);
    const goodUntil = this.checkBinding(headers);
    const { account, arn } = await this.ask(host, headers);
    const rule = this.config.rules.find((one) => allows(one, account, arn));
    if (!rule) return refuseJoin('No join rule knows this AWS account and role.');
    const nonce = headers['x-holdshort-nonce'] ?? '';
    return {
      rule: rule.name,
      subject: arn,
      workspace: workspaceOf(rule, arn),
      fingerprint: sha256Hex(`nonce ${nonce}`),
      goodUntil,
    };
  }

  private checkHost(host: string): string {
    return STS_HOST.test(host) || this.config.moreHosts.includes(host)
      ? host
      : refuseJoin('The signed question is not for a host of AWS STS.');
  }

  /** @returns until when the nonce would be taken */
  private checkBinding(headers: Record<string, string>): Date {
    const goodUntil = this.nonces.check(headers['x-holdshort-nonce'] ?? '');
    if (!goodUntil) return refuseJoin('The nonce is not one of ours, or it is over.');
    if (headers['x-holdshort-server'] !== this.config.serverName())
      return refuseJoin('The question was signed for another server.');
    const date = amzDate(headers['x-amz-date'] ?? '');
    if (!(Math.abs(date - this.now().getTime()) <= DATE_SLACK_MS))
      return refuseJoin('The signature is too old, or the clocks differ.');
    return goodUntil;
  }

  private async ask(host: string, headers: Record<string, string>): Promise<{ account: string; arn: string }> {
    const url = this.config.endpoint ?? `https://${host}`;
    const { status, body } = await askJson(`${url.replace(/\/+$/, '')}/`, {
      method: 'POST',
      headers: { ...headers, host, accept: 'application/json' },
      body: BODY,
    });
    if (status !== 200) return refuseJoin('AWS does not confirm the signature.');
    return identityIn(body) ?? refuseJoin('AWS gave an answer that names nobody.');
  }
}

/** Names and values that could make another request of it are refused, and so is a signature that does not cover them all. */
function checkHeaders(given: Record<string, string>): Record<string, string> {
  const headers = Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
  if (Object.keys(headers).length !== Object.keys(given).length) return refuseJoin('A header is there twice.');
  const strange = Object.entries(headers).some(([name, value]) => !Object.hasOwn(HEADERS, name) || !VALUE.test(value));
  if (strange) return refuseJoin('The signed question has a header that it should not have.');
  if (Object.entries(HEADERS).some(([name, isNeeded]) => isNeeded && headers[name] === undefined))
    return refuseJoin('The signed question lacks a header.');
  const signed = AUTHORIZATION.exec(headers['authorization'] ?? '')?.[1]?.split(';');
  if (!signed) return refuseJoin('The signature is not one of AWS for STS.');
  const uncovered = ['host', ...Object.keys(headers)].some(
    (name) => name !== 'authorization' && !signed.includes(name),
  );
  return uncovered ? refuseJoin('The signature does not cover every header.') : headers;
}

/** `20261126T020000Z` as milliseconds; NaN for anything else. */
function amzDate(text: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!parts) return NaN;
  const [, year, month, day, hour, minute, second] = parts;
  return Date.parse(
    `${String(year)}-${String(month)}-${String(day)}T${String(hour)}:${String(minute)}:${String(second)}Z`,
  );
}

function identityIn(body: unknown): { account: string; arn: string } | undefined {
  const result = (
    body as
      { GetCallerIdentityResponse?: { GetCallerIdentityResult?: { Account?: unknown; Arn?: unknown } } } | undefined
  )?.GetCallerIdentityResponse?.GetCallerIdentityResult;
  const { Account: account, Arn: arn } = result ?? {};
  if (typeof account !== 'string' || typeof arn !== 'string') return undefined;
  return /^arn:aws[a-z-]*:(sts|iam)::([0-9]{12}):/.exec(arn)?.[2] === account ? { account, arn } : undefined;
}

const allows = (rule: AwsRule, account: string, arn: string): boolean =>
  rule.accounts.includes(account) && rule.arns.some((pattern) => matchesGlob(pattern, arn));
