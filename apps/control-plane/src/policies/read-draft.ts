import { HoldshortError } from '@holdshort/errors';
import { readCases, type PolicySetSource } from '@holdshort/policy';
import type { SavePolicyBody } from './policies.dto.js';
import type { DraftRequest } from './policy-versions.service.js';
import type { StarterOrigin } from './policy-version.entity.js';

const refuse = (message: string): never => {
  throw new HoldshortError('request_malformed', message);
};

function casesOf({ cases }: SavePolicyBody): Pick<PolicySetSource, 'cases'> {
  if (cases === undefined) return {};
  const read = readCases(cases);
  if (read.problems.length > 0) refuse(read.problems.map(({ name, text }) => `${name}: ${text}`).join('\n'));
  return { cases: read.cases };
}

function setsOf({ repository_sets: sets }: SavePolicyBody): Pick<PolicySetSource, 'repositorySets'> {
  if (sets === undefined) return {};
  const isList = (value: unknown): boolean => Array.isArray(value) && value.every((entry) => typeof entry === 'string');
  return Object.values(sets).every(isList)
    ? { repositorySets: sets }
    : refuse('repository_sets must map names to lists of owner/name.');
}

const NAMES = ['organisation', 'engineers', 'security'] as const;

function starterOf({
  starter,
  starter_version: version,
  starter_names: names = {},
}: SavePolicyBody): StarterOrigin | null {
  if (starter === undefined || version === undefined) return null;
  const known = NAMES.flatMap((name): [string, string][] => {
    const value: unknown = names[name];
    return typeof value === 'string' && value.length <= 100 ? [[name, value]] : [];
  });
  return { name: starter, version, names: Object.fromEntries(known) };
}

/** A body as the set that it describes. @throws HoldshortError `request_malformed` for cases that cannot be read */
export function readDraft(body: SavePolicyBody): DraftRequest {
  const source: PolicySetSource = {
    name: body.name,
    access: body.access,
    obligations: body.obligations,
    ...(body.zone === undefined ? {} : { zone: body.zone }),
    ...(body.observe === undefined ? {} : { observe: body.observe }),
    ...setsOf(body),
    ...casesOf(body),
  };
  return { source, note: body.note ?? '', starter: starterOf(body) };
}
