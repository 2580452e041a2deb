import type { PolicySet, PolicySetSource } from '@holdshort/policy';
import type { Plain } from '../database/plain.js';
import type { PolicyVersionEntity } from './policy-version.entity.js';

type Checked = Pick<PolicySet, 'version' | 'schemaHash' | 'policies'>;

/** A checked set as a new draft. */
export function policyRow(source: PolicySetSource, set: Checked, at: Date): Plain<PolicyVersionEntity> {
  const { name, access, obligations, zone, observe, repositorySets, cases } = source;
  return {
    version: set.version,
    name,
    // as it was written: what was left out must stay left out, for the version is the hash of it
    source: {
      access,
      obligations,
      ...(zone === undefined ? {} : { zone }),
      ...(observe === undefined ? {} : { observe }),
      ...(repositorySets === undefined ? {} : { repositorySets }),
      ...(cases === undefined ? {} : { cases }),
    },
    createdAt: at,
    activatedAt: null,
    active: false,
    state: 'draft',
    note: '',
    author: null,
    submitter: null,
    reviewer: null,
    reviewedAt: null,
    starter: null,
    checkedAgainst: set.schemaHash,
    policies: set.policies.map(({ id, title, effect }) => ({ id, title, effect })),
    format: 1,
  };
}
