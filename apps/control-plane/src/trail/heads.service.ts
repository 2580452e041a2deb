import { Inject, Injectable } from '@nestjs/common';
import {
  AuditKeys,
  canonicalJson,
  parseCheckpoint,
  signStatement,
  type Checkpoint,
  type CountersignedHead,
} from '@holdshort/audit-events';
import { HoldshortError } from '@holdshort/errors';
import { DataSource, type EntityManager } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import { CLOCK, type Clock } from '../clock.js';
import { newId } from '../random-id.js';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { AuditKeysService } from './keys/audit-keys.service.js';

interface HeadRow {
  agent_id: string;
  seq: string;
  hash: string;
  final: boolean;
  head: string;
}

/** Why a head is refused; stands in the event. */
type Objection = 'went_back' | 'forked' | 'after_the_end' | 'foreign_chain' | 'bad_signature' | 'malformed';

/** Keeps the highest head of each chain, signed by the control plane: what lies before it cannot vanish unseen. */
@Injectable()
export class HeadsService {
  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly database: DataSource,
    private readonly keys: AuditKeysService,
    private readonly audit: ControlPlaneAudit,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /**
   * Signs the head that the emitter's checkpoint tells of, if it goes on from the one known; the same one again gives the
   * same answer. One that goes back, forks, or is not signed by a key of the emitter is refused, and recorded as a warning.
   * @param emitter who sends it, as its certificate says
   * @param text the checkpoint, JSON
   * @throws HoldshortError `conflict` for a head that is refused
   */
  async countersign(emitter: string, text: string): Promise<CountersignedHead> {
    const parsed = parseCheckpoint(Buffer.from(text));
    if ('problem' in parsed) return this.refuse(emitter, 'malformed');
    const { checkpoint } = parsed;
    if (checkpoint.agent_id !== emitter || checkpoint.tenant !== this.settings.tenant)
      return this.refuse(emitter, 'foreign_chain', checkpoint);
    if (!(await this.isSigned(checkpoint))) return this.refuse(emitter, 'bad_signature', checkpoint);
    const result = await this.database.transaction((manager) => this.advance(manager, checkpoint));
    return typeof result === 'string' ? this.refuse(emitter, result, checkpoint) : result;
  }

  /** All heads, page after page. @param after the last chain seen */
  async list(after: string, limit: number): Promise<{ items: CountersignedHead[]; next: string | null }> {
    const rows = await this.database.query<{ chain_id: string; head: string }[]>(
      'SELECT chain_id, head FROM holdshort.audit_heads WHERE chain_id > $1 ORDER BY chain_id LIMIT $2',
      [after, limit + 1],
    );
    const shown = rows.slice(0, limit);
    return {
      items: shown.map(({ head }) => JSON.parse(head) as CountersignedHead),
      next: rows.length > limit ? (shown.at(-1)?.chain_id ?? null) : null,
    };
  }

  private async isSigned(checkpoint: Checkpoint): Promise<boolean> {
    const statements = await this.keys.statementsOf(checkpoint.kid);
    if (!statements) return false;
    const own = await this.keys.own();
    const roots = (await this.keys.statementsOf(own.kid)) ?? [];
    return (
      AuditKeys.read([...roots, ...statements], own.kid).objection(checkpoint, checkpoint.agent_id, checkpoint.time) ===
      undefined
    );
  }

  private async advance(manager: EntityManager, checkpoint: Checkpoint): Promise<CountersignedHead | Objection> {
    const { chain_id: chainId } = checkpoint;
    // first comes who locks the chain, whether there is a row of it or not
    await manager.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`audit head ${chainId}`]);
    const [known] = await manager.query<HeadRow[]>(
      'SELECT agent_id, seq, hash, final, head FROM holdshort.audit_heads WHERE chain_id = $1',
      [chainId],
    );
    const objection = known && objectionTo(checkpoint, known);
    if (objection !== undefined) return objection;
    if (known && isSame(checkpoint, known)) return JSON.parse(known.head) as CountersignedHead;
    const head = await this.sign(checkpoint);
    await manager.query(
      `INSERT INTO holdshort.audit_heads (chain_id, agent_id, seq, hash, final, head) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (chain_id) DO UPDATE SET seq = $3, hash = $4, final = $5, head = $6`,
      [chainId, checkpoint.agent_id, checkpoint.seq, checkpoint.hash, checkpoint.final, canonicalJson(head)],
    );
    return head;
  }

  private async sign({ tenant, agent_id, chain_id, seq, hash, final, time }: Checkpoint): Promise<CountersignedHead> {
    const statement = {
      ...{ typ: 'head' as const, v: 1 as const, tenant, agent_id, chain_id, seq, hash, final, time },
      countersigned_at: this.now().toISOString(),
    };
    return signStatement(statement, await this.keys.own());
  }

  private async refuse(emitter: string, reason: Objection, checkpoint?: Checkpoint): Promise<never> {
    await this.audit.record({
      type: 'audit.head_refused',
      correlation_id: newId('cor'),
      outcome: 'refused',
      detail: {
        ...{ agent_id: emitter, reason },
        ...(checkpoint ? { chain_id: checkpoint.chain_id, seq: checkpoint.seq, hash: checkpoint.hash } : {}),
      },
    });
    throw new HoldshortError('conflict', `The head of the chain is not countersigned: ${reason}.`);
  }
}

function objectionTo({ agent_id, seq, hash }: Checkpoint, known: HeadRow): Objection | undefined {
  const last = Number(known.seq);
  if (known.agent_id !== agent_id) return 'foreign_chain';
  if (seq < last) return 'went_back';
  if (seq === last) return hash === known.hash ? undefined : 'forked';
  return known.final ? 'after_the_end' : undefined;
}

/** The end of a chain may be said later than its last record. */
const isSame = (checkpoint: Checkpoint, known: HeadRow): boolean =>
  checkpoint.seq === Number(known.seq) && (known.final || !checkpoint.final);
