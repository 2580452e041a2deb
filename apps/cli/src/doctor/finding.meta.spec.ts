import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FINDING_CODES } from './finding.js';

const page = readFileSync(fileURLToPath(new URL('../../../../docs/doctor.md', import.meta.url)), 'utf8');
const suite = readFileSync(
  fileURLToPath(new URL('../../../e2e/src/suites/doctor/doctor.e2e.spec.ts', import.meta.url)),
  'utf8',
);

/** Not planted by the suite: `stack_unknown` is in doctor.medium.spec.ts, the others follow from what is planted. */
const ELSEWHERE = ['stack_unknown', 'control_plane_not_ready', 'path_broken'];

describe('findings of the doctor', () => {
  it('has a row for each in docs/doctor.md, and no others', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    const named = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, code]) => code));
    expect(named.sort()).toEqual([...FINDING_CODES].sort());
  });

  it('plants each in the suite, or in a test that is named', () => {
    expect(FINDING_CODES.filter((code) => !suite.includes(`'${code}'`) && !ELSEWHERE.includes(code))).toEqual([]);
  });
});
