import { loadPolicySet } from '@holdshort/policy';
import { PoliciesService } from '../policies/policies.service.js';
import { eventually } from './eventually.js';
import type { Replica } from './test-world.js';

/** Brings a policy into force, as an activation on some replica does, and waits until this one has it. */
export async function activatePolicy(
  replica: Replica,
  source: { access: string; obligations: string },
): Promise<string> {
  const { version } = loadPolicySet({ name: 'test', ...source });
  await replica.parts.database.transaction(async (manager) => {
    await manager.query('UPDATE holdshort.policy_versions SET active = false');
    await manager.query(
      `INSERT INTO holdshort.policy_versions (version, name, source, created_at, activated_at, active)
       VALUES ($1, 'test', $2, now(), now(), true) ON CONFLICT (version) DO UPDATE SET active = true`,
      [version, source],
    );
    await manager.query(`SELECT pg_notify('holdshort_signals', $1)`, [
      JSON.stringify({ kind: 'policy_activated', version }),
    ]);
  });
  await eventually(() => replica.server.app.get(PoliciesService).current().version === version);
  return version;
}
