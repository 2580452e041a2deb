import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import {
  anchorHash,
  anchorText,
  canonicalJson,
  makeAnchor,
  type AnchorLeaf,
  type AnchorRecord,
  type KeptTimeStamp,
} from '@holdshort/audit-events';
import type { Logger } from '@holdshort/telemetry';
import { DataSource, type EntityManager } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import { CLOCK, type Clock } from '../clock.js';
import { every } from '../every.js';
import { LOGGER } from '../logger.js';
import { newId } from '../random-id.js';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { ANCHOR_STORES, type AnchorStore } from './anchor-stores/anchor-store.js';
import { AuditKeysService } from './keys/audit-keys.service.js';
import { TIME_STAMP_AUTHORITY, type TimeStampAuthority } from './time-stamps/time-stamp-authority.js';

/** How soon after the hour, and how soon again after a store that did not answer. */
const LOOK_EVERY_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Any constants: one replica anchors an hour, one hands anchors to the stores, and one asks for time stamps. */
const ANCHOR_LOCK = 7400_0004;
const STORE_LOCK = 7400_0005;
const STAMP_LOCK = 7400_0006;

/** Once an hour the heads that moved become one Merkle root, signed, and kept where it cannot be changed. */
@Injectable()
export class AnchorsService implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly database: DataSource,
    private readonly keys: AuditKeysService,
    private readonly audit: ControlPlaneAudit,
    @Inject(ANCHOR_STORES) private readonly stores: readonly AnchorStore[],
    @Inject(TIME_STAMP_AUTHORITY) private readonly authority: TimeStampAuthority | undefined,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(CLOCK) private readonly now: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = every(
      LOOK_EVERY_MS,
      () => this.anchorDue(),
      (error) => {
        this.logger.error({ err: error }, 'the heads of the hour could not be anchored; will try again');
      },
    );
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Makes the anchor of the hour that is over, where there is none and heads have moved, and keeps what is not kept yet. */
  async anchorDue(): Promise<void> {
    const hour = new Date(this.now().getTime() - HOUR_MS).toISOString().slice(0, 13);
    await this.database.transaction((manager) => this.anchor(manager, hour));
    await this.storePending();
    const { authority } = this;
    if (authority) await this.database.transaction((manager) => this.stampNewest(manager, authority));
  }

  /** All anchors with their leaves, page after page. @param after the last hour seen */
  async list(after: string, limit: number): Promise<{ items: AnchorRecord[]; next: string | null }> {
    const rows = await this.database.query<AnchorRow[]>(
      'SELECT hour, record, time_stamp FROM holdshort.audit_anchors WHERE hour > $1 ORDER BY hour LIMIT $2',
      [after, limit + 1],
    );
    const shown = rows.slice(0, limit);
    return {
      items: shown.map(recordOf),
      next: rows.length > limit ? (shown.at(-1)?.hour ?? null) : null,
    };
  }

  private async anchor(manager: EntityManager, hour: string): Promise<void> {
    if (!(await isMine(manager, ANCHOR_LOCK))) return;
    const [last] = await manager.query<{ hour: string; record: string }[]>(
      'SELECT hour, record FROM holdshort.audit_anchors ORDER BY hour DESC LIMIT 1',
    );
    if (last && last.hour >= hour) return;
    const leaves = await takeMovedHeads(manager);
    if (leaves.length === 0) return;
    const prev = last && anchorHash((JSON.parse(last.record) as AnchorRecord).anchor);
    const facts = { tenant: this.settings.tenant, hour, time: this.now().toISOString(), prev, leaves };
    const anchor = await makeAnchor(facts, await this.keys.own());
    await manager.query('INSERT INTO holdshort.audit_anchors (hour, record) VALUES ($1, $2)', [
      hour,
      canonicalJson({ anchor, leaves }),
    ]);
    await this.audit.record({
      type: 'audit.anchored',
      correlation_id: newId('cor'),
      outcome: 'success',
      detail: { hour, root: anchor.root, heads: leaves.length },
    });
  }

  /** In the order of the hours, and one replica at a time: a store that only grows gets each anchor once. */
  private async storePending(): Promise<void> {
    if (this.stores.length === 0) return;
    while (await this.database.transaction((manager) => this.storeNext(manager)));
  }

  /** @returns whether there was one */
  private async storeNext(manager: EntityManager): Promise<boolean> {
    if (!(await isMine(manager, STORE_LOCK))) return false;
    const [pending] = await manager.query<{ hour: string; record: string }[]>(
      'SELECT hour, record FROM holdshort.audit_anchors WHERE stored_at IS NULL ORDER BY hour LIMIT 1',
    );
    if (!pending) return false;
    for (const store of this.stores) await store.put(pending.hour, pending.record);
    await manager.query('UPDATE holdshort.audit_anchors SET stored_at = $2 WHERE hour = $1', [
      pending.hour,
      this.now(),
    ]);
    return true;
  }

  /**
   * Each anchor names the one before, so a time stamp of the newest vouches for all of them: what an authority that was
   * away did not see by itself is covered by the next that it saw. Kept outside as well, beside its anchor.
   */
  private async stampNewest(manager: EntityManager, authority: TimeStampAuthority): Promise<void> {
    if (!(await isMine(manager, STAMP_LOCK))) return;
    const [newest] = await manager.query<AnchorRow[]>(
      'SELECT hour, record, time_stamp FROM holdshort.audit_anchors ORDER BY hour DESC LIMIT 1',
    );
    if (!newest || newest.time_stamp !== null) return;
    const name = `${newest.hour}-time-stamp`;
    // a crash may have left it there, and nothing is kept twice
    const kept = (await Promise.all(this.stores.map((store) => store.get(name)))).find((text) => text !== undefined);
    const stamp = kept === undefined ? await authority.stamp(anchorText(recordOf(newest).anchor)) : stampIn(kept);
    const text = canonicalJson({ hour: newest.hour, time_stamp: stamp } satisfies KeptTimeStamp);
    for (const store of this.stores) await store.put(name, text);
    await manager.query('UPDATE holdshort.audit_anchors SET time_stamp = $2 WHERE hour = $1', [newest.hour, stamp]);
  }
}

interface AnchorRow {
  hour: string;
  record: string;
  time_stamp: string | null;
}

const recordOf = ({ record, time_stamp: stamp }: AnchorRow): AnchorRecord => ({
  ...(JSON.parse(record) as AnchorRecord),
  ...(stamp === null ? {} : { time_stamp: stamp }),
});

const stampIn = (text: string): string => (JSON.parse(text) as KeptTimeStamp).time_stamp;

/** Until the transaction ends, and without waiting. */
async function isMine(manager: EntityManager, lock: number): Promise<boolean> {
  const [row] = await manager.query<{ mine: boolean }[]>('SELECT pg_try_advisory_xact_lock($1) AS mine', [lock]);
  return row?.mine === true;
}

/** Marked in the same statement: a head that moves meanwhile is one of the next hour. */
async function takeMovedHeads(manager: EntityManager): Promise<AnchorLeaf[]> {
  const [rows] = await manager.query<[{ chain_id: string; seq: string; hash: string }[], number]>(
    'UPDATE holdshort.audit_heads SET anchored_seq = seq WHERE seq > anchored_seq RETURNING chain_id, seq, hash',
  );
  return rows
    .sort((a, b) => (a.chain_id < b.chain_id ? -1 : 1))
    .map(({ chain_id: chainId, seq, hash }): AnchorLeaf => [chainId, Number(seq), hash]);
}
