import {
  AuditKeys,
  EventChain,
  LINK_BYTES,
  linkOf,
  SigningKey,
  signStatement,
  type AuditEvent,
  type Checkpoint,
  type KeyCertificate,
  type KeyEnd,
} from '../index.js';

export const TENANT = 'default';
const LONG_AGO = '2020-01-01T00:00:00.000Z';

export const certify = (root: SigningKey, owner: string, key: SigningKey, from = LONG_AGO): Promise<KeyCertificate> =>
  signStatement({ typ: 'key', v: 1, tenant: TENANT, owner, key: key.kid, x: key.x, valid_from: from } as const, root);

export const endKey = (root: SigningKey, key: SigningKey, reason: KeyEnd['reason'], from: string): Promise<KeyEnd> =>
  signStatement({ typ: 'key_end', v: 1, tenant: TENANT, key: key.kid, reason, from } as const, root);

/** What an emitter signs of these records of its chain. */
export function checkpointOf(
  events: readonly Pick<AuditEvent, 'chain_id' | 'seq' | 'hash' | 'agent' | 'time'>[],
  key: SigningKey,
  more: Partial<Checkpoint> = {},
): Promise<Checkpoint> {
  const [first, last] = [events[0], events.at(-1)];
  if (!first || !last) throw new Error('a checkpoint has records');
  const links = Buffer.from(events.map(({ hash }) => linkOf(hash)).join(''), 'hex');
  if (links.length !== events.length * LINK_BYTES) throw new Error('a link is short');
  const statement = {
    ...{ typ: 'checkpoint' as const, v: 1 as const, tenant: TENANT, agent_id: last.agent.id, chain_id: last.chain_id },
    ...{ from: first.seq, seq: last.seq, hash: last.hash, links: links.toString('base64url') },
    ...{ time: last.time, final: false },
    ...more,
  };
  return signStatement(statement, key);
}

export interface SignedTrail {
  root: SigningKey;
  key: SigningKey;
  keys: AuditKeys;
  statements: (KeyCertificate | KeyEnd)[];
  events: AuditEvent[];
  /** One after every 256 records, and at the end. */
  checkpoints: Checkpoint[];
}

export const EVERY = 256;

/** A chain of one agent, with its checkpoints and keys. */
export async function signedTrail(count: number, agentId = 'agt_1'): Promise<SignedTrail> {
  const [root, key] = [SigningKey.generate(), SigningKey.generate()];
  const statements = [await certify(root, 'control-plane', root), await certify(root, agentId, key)];
  const chain = new EventChain({ emitter: { id: agentId, host: 'box', version: '1' }, tenant: TENANT });
  const events = Array.from(
    { length: count },
    (_, n) => chain.append(chain.prepare({ type: 'call.read', phase: 'single', correlation_id: `c${n}` })).event,
  );
  const checkpoints: Checkpoint[] = [];
  for (let from = 0; from < count; from += EVERY)
    checkpoints.push(await checkpointOf(events.slice(from, from + EVERY), key, { final: from + EVERY >= count }));
  return { root, key, keys: AuditKeys.read(statements), statements, events, checkpoints };
}
