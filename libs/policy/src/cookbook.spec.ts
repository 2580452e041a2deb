import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadPolicySet } from './load-policy-set.js';
import type { PolicyCase } from './policy-case.js';
import type { PolicySetSource } from './policy-set-source.js';
import { readCases } from './read-case.js';
import { describeFailure, runCases } from './run-cases.js';
import { starterSet } from './starters/starter-sets.js';

const page = readFileSync(fileURLToPath(new URL('../../../docs/policy-cookbook.md', import.meta.url)), 'utf8');

interface Recipe {
  title: string;
  cedar: string;
  cases: PolicyCase[];
}

/** A section of the page: what stands in its Cedar and JSON blocks. */
function readRecipe(section: string): Recipe {
  const block = (language: string): string => new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(section)?.[1] ?? '';
  const { cases, problems } = readCases(JSON.parse(block('json')));
  expect(problems).toEqual([]);
  return { title: section.split('\n')[0] ?? '', cedar: block('cedar'), cases };
}

const sections = page.split(/^## (?=\d+\. )/m).slice(1);
const balanced = starterSet('balanced');

const idsIn = (cedar: string): string[] => [...cedar.matchAll(/@id\("([^"]+)"\)/g)].map(([, id]) => id ?? '');

/** The starter set without the policies that the recipe has under the same name. */
function without(access: string, ids: readonly string[]): string {
  return access
    .split(/^(?=@id\()/m)
    .filter((policy) => !idsIn(policy).some((id) => ids.includes(id)))
    .join('');
}

function failures(source: PolicySetSource, cases: readonly PolicyCase[]): string[] {
  return runCases(loadPolicySet(source), cases)
    .filter(({ passed }) => !passed)
    .map(describeFailure);
}

describe('the policy cookbook', () => {
  it('has twenty recipes, numbered', () => {
    expect(sections.map((section) => Number.parseInt(section, 10))).toEqual(
      Array.from({ length: 20 }, (_, n) => n + 1),
    );
  });

  describe.each(sections.map((section) => [section.split('\n')[0] ?? '', section] as const))('%s', (_, section) => {
    const recipe = (): Recipe => readRecipe(section);

    it('answers its cases as written, on top of the starter set', () => {
      const { cedar, cases } = recipe();
      expect(cases.length).toBeGreaterThan(1);
      const access = `${without(balanced.access, idsIn(cedar))}\n${cedar}`;
      expect(failures({ ...balanced, access }, cases)).toEqual([]);
    });

    it('is needed: the starter set alone answers otherwise', () => {
      expect(failures(balanced, recipe().cases)).not.toEqual([]);
    });

    it('leaves what it says nothing of: only its own policies decide otherwise', () => {
      const { cedar } = recipe();
      const ids = idsIn(cedar);
      const set = loadPolicySet({ ...balanced, access: `${without(balanced.access, ids)}\n${cedar}` });
      const changed = runCases(set, balanced.cases ?? []).filter(({ passed }) => !passed);
      expect(
        changed.filter(({ got }) => got.policies.length > 0 && !got.policies.some((id) => ids.includes(id))),
      ).toEqual([]);
    });
  });
});
