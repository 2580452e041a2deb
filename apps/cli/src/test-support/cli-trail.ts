import {
  EventChain,
  linkOf,
  membersOf,
  makeAnchor,
  SigningKey,
  signStatement,
  type AnchorRecord,
  type AuditEvent,
  type Checkpoint,
  type CountersignedHead,
  type EventDraft,
  type KeyCertificate,
} from '@holdshort/audit-events';

const TENANT = 'default';
const EMITTER = 'agt_1';
const LONG_AGO = '2020-01-01T00:00:00.000Z';

/** A chain of real calls, signed as an agent and a control plane sign it. */
export interface CliTrail {
  root: SigningKey;
  key: SigningKey;
  statements: KeyCertificate[];
  events: AuditEvent[];
  checkpoints: Checkpoint[];
  heads: CountersignedHead[];
  anchors: AnchorRecord[];
}

const certify = (root: SigningKey, owner: string, { kid, x }: SigningKey): Promise<KeyCertificate> =>
  signStatement({ typ: 'key', v: 1, tenant: TENANT, owner, key: kid, x, valid_from: LONG_AGO } as const, root);

/** @param isMadeSafe or sealed as an emitter would that does not make its texts safe */
export function sealAll(drafts: readonly EventDraft[], { isMadeSafe = true } = {}): AuditEvent[] {
  const chain = new EventChain({ emitter: { id: EMITTER, host: 'h', version: '1' }, tenant: TENANT });
  const asGiven = (draft: EventDraft): object => (isMadeSafe ? {} : { members: membersOf(draft) });
  return drafts.map((draft) => chain.append({ ...chain.prepare(draft), ...asGiven(draft) }).event);
}

/** What the agent signs: one checkpoint over all that is given. */
export function checkpointOver(events: readonly AuditEvent[], key: SigningKey): Promise<Checkpoint> {
  const [first, last] = [events[0], events.at(-1)];
  if (!first || !last) throw new Error('a checkpoint has records');
  const links = Buffer.from(events.map(({ hash }) => linkOf(hash)).join(''), 'hex').toString('base64url');
  const statement = {
    ...{ typ: 'checkpoint' as const, v: 1 as const, tenant: TENANT, agent_id: EMITTER, chain_id: last.chain_id },
    ...{ from: first.seq, seq: last.seq, hash: last.hash, links, time: last.time, final: false },
  };
  return signStatement(statement, key);
}

const headOf = ({ chain_id, seq, hash, time }: AuditEvent, root: SigningKey): Promise<CountersignedHead> =>
  signStatement(
    {
      ...{ typ: 'head' as const, v: 1 as const, tenant: TENANT, agent_id: EMITTER, chain_id, seq, hash, final: false },
      ...{ time, countersigned_at: time },
    },
    root,
  );

async function anchorOf({ chain_id, seq, hash, time }: AuditEvent, root: SigningKey): Promise<AnchorRecord> {
  const leaves = [[chain_id, seq, hash] as const];
  return {
    anchor: await makeAnchor({ tenant: TENANT, hour: time.slice(0, 13), time, prev: undefined, leaves }, root),
    leaves,
  };
}

export async function signTrail(events: AuditEvent[], root: SigningKey, key: SigningKey): Promise<CliTrail> {
  const last = events.at(-1);
  if (!last) throw new Error('a trail has records');
  return {
    ...{ root, key, events },
    statements: [await certify(root, 'control-plane', root), await certify(root, EMITTER, key)],
    checkpoints: [await checkpointOver(events, key)],
    heads: [await headOf(last, root)],
    anchors: [await anchorOf(last, root)],
  };
}

/** As `holdshort audit archive` writes it. */
export const linesOf = ({ statements, heads, anchors, events, checkpoints }: CliTrail): string =>
  [...statements, ...heads, ...anchors, ...events, ...checkpoints].map((item) => `${JSON.stringify(item)}\n`).join('');
