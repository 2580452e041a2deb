import type { Clock } from '../../clock.js';
import { HoldshortError } from '@holdshort/errors';
import type { PublicUrl } from '../../server/public-url.js';
import type { ControlPlaneSettings } from '../../settings.js';
import { AwsIamMethod } from './aws-iam-method.js';
import type { JoinMethod } from './join-method.js';
import type { JoinNonces } from './join-nonces.js';
import { readJoinRules, type JoinRule } from './join-rules.js';
import { KubernetesMethod } from './kubernetes-method.js';
import { OidcMethod } from './oidc-method.js';
import { isSafeUrl, URL_SETTING } from '../../safe-url.js';

/** Injection token of the join methods that rules are written for. */
export const JOIN_WAYS = Symbol('join-ways');

/** @throws HoldshortError `request_malformed` for rules that cannot be read in only one way */
export function joinWaysOf(
  settings: ControlPlaneSettings,
  nonces: JoinNonces,
  url: PublicUrl,
  now: Clock,
): JoinMethod[] {
  const rules = readJoinRules(settings.joinRules);
  const { awsStsEndpoint: endpoint, awsStsHosts: moreHosts } = settings;
  if (endpoint !== undefined && !isSafeUrl(endpoint))
    throw new HoldshortError('request_malformed', `HOLDSHORT_AWS_STS_ENDPOINT ${URL_SETTING}`);
  const aws = {
    ...{ rules: ofMethod(rules, 'aws-iam'), moreHosts, serverName: () => new URL(url.value).host },
    ...(endpoint === undefined ? {} : { endpoint }),
  };
  const all = [
    new AwsIamMethod(aws, nonces, now),
    new OidcMethod(ofMethod(rules, 'oidc'), now),
    new KubernetesMethod(ofMethod(rules, 'kubernetes'), now),
  ];
  return all.filter(({ name }) => rules.some(({ method }) => method === name));
}

const ofMethod = <M extends JoinRule['method']>(rules: readonly JoinRule[], method: M) =>
  rules.filter((rule): rule is Extract<JoinRule, { method: M }> => rule.method === method);
