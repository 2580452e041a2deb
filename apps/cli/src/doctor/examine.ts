import { table } from '../table.js';
import { CHECKS } from './checks.js';
import type { Finding } from './finding.js';
import type { Surroundings } from './surroundings.js';

export interface CheckResult {
  check: string;
  state: 'ok' | 'warning' | 'error';
  findings: Finding[];
}

export interface DoctorReport {
  ok: boolean;
  checks: CheckResult[];
}

function stateOf(findings: readonly Finding[]): CheckResult['state'] {
  if (findings.some(({ severity }) => severity === 'error')) return 'error';
  return findings.length > 0 ? 'warning' : 'ok';
}

/** All checks, side by side. */
export async function examineAll(surroundings: Surroundings): Promise<DoctorReport> {
  const checks = await Promise.all(
    CHECKS.map(async ({ name, examine }): Promise<CheckResult> => {
      const findings = await examine(surroundings);
      return { check: name, state: stateOf(findings), findings };
    }),
  );
  return { ok: checks.every(({ state }) => state !== 'error'), checks };
}

const linesOf = ({ code, severity, what, fix, command }: Finding): string[] => [
  `${severity} ${code}: ${what}`,
  `  ${fix}`,
  ...(command === undefined ? [] : [`    ${command}`]),
];

/** The table of checks, then each finding with what to do. */
export function reportWords({ checks }: DoctorReport): string {
  const findings = checks.flatMap((check) => check.findings);
  const overview = table(
    ['CHECK', 'STATE'],
    checks.map(({ check, state }) => [check, state]),
  );
  const end = findings.length === 0 ? ['Nothing is wrong.'] : findings.flatMap((finding) => ['', ...linesOf(finding)]);
  return [overview, ...(findings.length === 0 ? [''] : []), ...end].join('\n');
}
