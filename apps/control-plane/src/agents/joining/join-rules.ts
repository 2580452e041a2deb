import { HoldshortError } from '@holdshort/errors';
import { JOIN_METHODS } from './join-method.js';
import { URL_SETTING, isSafeUrl } from '../../safe-url.js';

/** Claims as a rule wants them: texts are patterns, objects are looked into. */
export interface ClaimRule {
  [claim: string]: string | ClaimRule;
}

interface Named {
  name: string;
  /** Name that the workspace gets; `{subject}` stands for what the evidence says it is. */
  workspace: string;
}

export interface AwsRule extends Named {
  method: 'aws-iam';
  accounts: string[];
  /** Patterns over the whole ARN; `*` does not cross a slash. */
  arns: string[];
}

export interface OidcRule extends Named {
  method: 'oidc';
  issuer: string;
  audience: string;
  claims: ClaimRule;
  /** Where the issuer's keys are; found by discovery where absent. */
  jwksUri?: string;
}

export interface KubernetesRule extends Named {
  method: 'kubernetes';
  /** The `iss` of the cluster's tokens: says which cluster is asked. */
  issuer: string;
  audience: string;
  /** `namespace/name`, patterns. */
  serviceAccounts: string[];
  /** Root of the cluster's API. */
  apiUrl: string;
  /** File with the CA of the API; read at each start. */
  caFile?: string;
  /** File with the token of an account that may create TokenReviews; read anew at each call, since it rotates. */
  reviewerTokenFile: string;
}

export type JoinRule = AwsRule | OidcRule | KubernetesRule;

const SETTING = 'HOLDSHORT_JOIN_RULES';

/** What each method's rule has to say, and what it may. */
const FIELDS: Record<JoinRule['method'], { texts: string[]; lists: string[]; urls: string[]; optional: string[] }> = {
  'aws-iam': { texts: [], lists: ['accounts', 'arns'], urls: [], optional: [] },
  oidc: { texts: ['issuer', 'audience'], lists: [], urls: ['issuer', 'jwksUri'], optional: ['jwksUri'] },
  kubernetes: {
    texts: ['issuer', 'audience', 'apiUrl', 'reviewerTokenFile'],
    lists: ['serviceAccounts'],
    urls: ['apiUrl'],
    optional: ['caFile'],
  },
};

const refuse = (name: string, what: string): never => {
  throw new HoldshortError('request_malformed', `${SETTING}, rule ${name}: ${what}`);
};

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isList = (value: unknown): value is string[] => Array.isArray(value) && value.length > 0 && value.every(isText);

/**
 * Reads the rules; whatever would let more in than is written is refused: unknown words, empty lists, patterns for accounts.
 * @throws HoldshortError `request_malformed` with the rule's name
 */
export function readJoinRules(value: unknown): JoinRule[] {
  if (!Array.isArray(value)) return refuse('-', 'the setting must be a JSON list of rules.');
  const rules = value.map((entry: unknown, n) => readRule(entry, String(n + 1)));
  if (new Set(rules.map(({ name }) => name)).size < rules.length) refuse('-', 'names must differ.');
  return rules;
}

function readRule(value: unknown, position: string): JoinRule {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse(position, 'must be an object.');
  const rule = value as Record<string, unknown>;
  const name = isText(rule['name']) ? rule['name'] : refuse(position, 'lacks a name.');
  const method = JOIN_METHODS.find((known) => known === rule['method']) ?? refuse(name, 'names no known method.');
  refuseUnknownWords(name, rule, method);
  refuseWrongWords(name, rule, method);
  refuseLax(name, rule as unknown as JoinRule);
  return rule as unknown as JoinRule;
}

function refuseUnknownWords(name: string, rule: Record<string, unknown>, method: JoinRule['method']): void {
  const { texts, lists, optional } = FIELDS[method];
  const more = method === 'oidc' ? ['claims'] : [];
  const known = new Set(['name', 'method', 'workspace', ...texts, ...lists, ...optional, ...more]);
  const unknown = Object.keys(rule).find((key) => !known.has(key));
  if (unknown !== undefined) refuse(name, `has an unknown word, ${unknown}.`);
}

function refuseWrongWords(name: string, rule: Record<string, unknown>, method: JoinRule['method']): void {
  const { texts, lists, urls, optional } = FIELDS[method];
  const given = optional.filter((key) => rule[key] !== undefined);
  for (const key of ['workspace', ...texts, ...given]) if (!isText(rule[key])) refuse(name, `lacks ${key}.`);
  for (const key of lists) if (!isList(rule[key])) refuse(name, `needs a list of texts, ${key}.`);
  for (const key of urls) if (isText(rule[key]) && !isSafeUrl(rule[key])) refuse(name, `${key} ${URL_SETTING}`);
}

/** Anybody has tokens of GitHub's or Google's issuer: without claims such a rule would let in the world. */
function refuseLax(name: string, rule: JoinRule): void {
  if (rule.method === 'aws-iam' && !rule.accounts.every((account) => /^[0-9]{12}$/.test(account)))
    refuse(name, 'accounts are numbers of 12 digits.');
  if (rule.method === 'oidc' && !isClaimRule(rule.claims))
    refuse(name, 'needs claims, each a pattern or an object of claims.');
}

const isClaimRule = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).length > 0 &&
  Object.values(value).every((entry) => (typeof entry === 'string' ? /[^*]/.test(entry) : isClaimRule(entry)));

/** The name that a workspace gets by a rule; letters that a name cannot have become dashes. */
export const workspaceOf = (rule: Named, subject: string): string =>
  rule.workspace
    .replaceAll('{subject}', () => subject)
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 100);
