import type { AuditEvent } from '@holdshort/audit-events';
import { commitsOf, pathsOf } from './search-columns.js';

const event = (fields: Partial<AuditEvent>): AuditEvent => fields as AuditEvent;
const [a, b, c] = ['a'.repeat(40), 'b'.repeat(40), 'c'.repeat(64)];

test('commits: both ends of a push, ids in path and ref, each once, and never the zero id', () => {
  const push = [
    { ref: 'refs/heads/x', old: '0'.repeat(40), new: a, kind: 'create' as const },
    { ref: 'refs/heads/y', old: a, new: b, kind: 'update' as const },
  ];
  const request = { path: `/repos/o/r/commits/${c}?x=${'d'.repeat(41)}` } as AuditEvent['request'] & object;
  expect(commitsOf(event({ push, request }))).toEqual([a, b, c]);
  expect(commitsOf(event({}))).toEqual([]);
});

test('paths: of the push and of findings, bounded', () => {
  const paths = Array.from({ length: 3000 }, (_, n) => `src/${n}.ts`);
  const push = [{ ref: 'r', old: a, new: b, kind: 'update' as const, paths: ['.env', ...paths] }];
  expect(pathsOf(event({ push }))).toHaveLength(2000);
  const finding = { rule: 'r', severity: 'warn' as const, kind: 'secret' as const, path: '.env', line: 1 };
  expect(pathsOf(event({ findings: [finding, finding] }))).toEqual(['.env']);
});
