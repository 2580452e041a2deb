import { BALANCED } from '@holdshort/policy';
import type { Person } from './people.js';

/** The balanced set with more policies after it, as the API takes it. */
export const balancedWith = (more: string, rest: object = {}) => ({
  name: 'test',
  access: `${BALANCED.access}\n${more}`,
  obligations: BALANCED.obligations,
  ...rest,
});

/** Stores a set and brings it into force. @returns its version */
export async function bringIntoForce(admin: Person, body: object): Promise<string> {
  const saved = await admin.post('/policies', body);
  if (saved.status !== 201) throw new Error(`not saved: ${JSON.stringify(saved.body)}`);
  const version = String(saved.body['version']);
  const activated = await admin.post(`/policies/${encodeURIComponent(version)}/activate`, { reason: 'test' });
  if (activated.status !== 200) throw new Error(`not activated: ${JSON.stringify(activated.body)}`);
  return version;
}
