import type { PolicyCase } from '../policy-case.js';
import type { PolicySetSource } from '../policy-set-source.js';
import { BALANCED_ACCESS, BALANCED_OBLIGATIONS } from './balanced.js';
import { BALANCED_CASES, OBSERVE_ONLY_CASES, STRICT_CASES } from './starter-cases.js';
import { STRICT_ACCESS, STRICT_OBLIGATIONS } from './strict.js';

/** The starter sets, from the most lenient; the text helps to choose. */
export const STARTERS = {
  'observe-only': 'Nothing is refused; what "balanced" would have refused or held is recorded. To begin with.',
  balanced:
    'Assistants work on topic branches, people merge; secrets, administration and destruction refused; workflow changes held.',
  strict:
    'As balanced, but nobody pushes to protected branches, merges by assistants wait for two people, low limits per hour.',
} as const;

export type StarterName = keyof typeof STARTERS;

export const isStarterName = (name: string): name is StarterName => Object.hasOwn(STARTERS, name);

/** What a starter set calls the organisation and the groups of the identity provider. */
export interface StarterNames {
  organisation: string;
  /** Group whose members work with assistants. */
  engineers: string;
  /** Group whose members approve what is grave. */
  security: string;
}

const TEXTS: Record<StarterName, Pick<PolicySetSource, 'access' | 'obligations' | 'cases' | 'observe'>> = {
  'observe-only': {
    access: BALANCED_ACCESS,
    obligations: BALANCED_OBLIGATIONS,
    cases: OBSERVE_ONLY_CASES,
    observe: ['*'],
  },
  balanced: { access: BALANCED_ACCESS, obligations: BALANCED_OBLIGATIONS, cases: BALANCED_CASES },
  strict: { access: STRICT_ACCESS, obligations: STRICT_OBLIGATIONS, cases: STRICT_CASES },
};

/** The names of the embedded stack. */
const EMBEDDED: StarterNames = { organisation: 'acme', engineers: 'eng', security: 'security' };

const quoted = (text: string): string => JSON.stringify(text).slice(1, -1);

/** One pass, so that a new name is never taken for an old one. */
function rename(text: string, names: StarterNames): string {
  const lines: Record<string, string> = {
    'Holdshort::Org::"acme"': `Holdshort::Org::"${quoted(names.organisation.toLowerCase())}"`,
    'Holdshort::Group::"eng"': `Holdshort::Group::"${quoted(names.engineers)}"`,
    'Holdshort::Group::"security"': `Holdshort::Group::"${quoted(names.security)}"`,
    '@approvers("eng")': `@approvers("${quoted(names.engineers)}")`,
    '@approvers("security")': `@approvers("${quoted(names.security)}")`,
    'of acme': `of ${quoted(names.organisation)}`,
  };
  return text.replace(/Holdshort::(?:Org|Group)::"[^"]+"|@approvers\("[^"]+"\)|of acme/g, (found) => {
    return lines[found] ?? found;
  });
}

const renameCase = (one: PolicyCase, names: StarterNames): PolicyCase => ({
  ...one,
  ...(one.repository === undefined ? {} : { repository: one.repository.replace(/^acme\//, `${names.organisation}/`) }),
  ...(one.groups === undefined
    ? {}
    : { groups: one.groups.map((group) => (group === 'eng' ? names.engineers : group)) }),
});

/** A starter set, written for an organisation and its groups; by default for those of the embedded stack. */
export function starterSet(name: StarterName, chosen: Partial<StarterNames> = {}): PolicySetSource {
  const names = { ...EMBEDDED, ...chosen };
  const { access, obligations, cases = [], observe } = TEXTS[name];
  return {
    name,
    access: rename(access, names).replace('Starter set "balanced"', `Starter set "${name}"`),
    obligations,
    cases: cases.map((one) => renameCase(one, names)),
    ...(observe ? { observe } : {}),
  };
}

/** The set in force at the first start. */
export const BALANCED: PolicySetSource = starterSet('balanced');
