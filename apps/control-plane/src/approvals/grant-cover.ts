import type { Plain } from '../database/plain.js';
import type { Session } from '../sessions/session.js';
import { matchesGlob } from '../matches-glob.js';
import type { HeldGate } from './approval.entity.js';
import type { GrantEntity } from './grant.entity.js';

export type Grant = Plain<GrantEntity>;

/** One held effect of a call. */
export interface HeldEffect {
  action: string;
  /** owner/name */
  repo: string;
  ref: string | undefined;
}

/** Whether the grant speaks of this effect in this session. A grant for a ref says nothing of what names none, and the other way round. */
export const covers = (grant: Grant, session: Session, effect: HeldEffect): boolean =>
  (grant.sessionId === ''
    ? grant.engineer === session.humanLogin && grant.engineerIdp === session.humanIdp
    : grant.sessionId === session.id) &&
  grant.actions.includes(effect.action) &&
  grant.repo.toLowerCase() === effect.repo.toLowerCase() &&
  (effect.ref === undefined ? grant.refGlob === '' : matchesGlob(grant.refGlob, effect.ref));

/** The grants that together open all gates; undefined where any stays shut. Each granter counts once per gate. */
export function grantsThatOpen(grants: readonly Grant[], gates: readonly HeldGate[]): Grant[] | undefined {
  const used = gates.map((gate) => openersOf(grants, gate));
  const isOpen = gates.length > 0 && used.every((openers, n) => openers.length >= Math.max(1, gates[n]?.required ?? 1));
  return isOpen ? [...new Set(used.flat())] : undefined;
}

function openersOf(grants: readonly Grant[], gate: HeldGate): Grant[] {
  const fitting = grants.filter(
    (grant) => grant.gates.includes(gate.name) && grant.granterGroups.includes(gate.approvers),
  );
  const byGranter = new Map(fitting.map((grant) => [`${grant.granterIdp} ${grant.granterSub}`, grant]));
  return [...byGranter.values()];
}
