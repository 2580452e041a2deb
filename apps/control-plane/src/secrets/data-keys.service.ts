import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { DataSource, type EntityManager } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import type { Identity } from '../auth/identity.js';
import { CLOCK, type Clock } from '../clock.js';
import { newId } from '../random-id.js';
import { KEY_RING, type KeyRing } from './key-wrapper.js';

/** A data key as people see it: never the key. */
export interface DataKeyView {
  id: string;
  wrapped_by: string;
  is_current: boolean;
  created_at: Date;
}

interface DataKeyRow extends DataKeyView {
  wrapped: Buffer;
}

/** Any constant; replicas that make or wrap keys do so one after the other. */
const KEYS_LOCK = 7400_0002;
const COLUMNS = 'id, wrapped_by, wrapped, is_current, created_at';

/** The keys that texts are sealed with: in the database wrapped, open in memory only. */
@Injectable()
export class DataKeysService {
  readonly #open = new Map<string, Buffer>();

  constructor(
    private readonly database: DataSource,
    private readonly audit: ControlPlaneAudit,
    @Inject(KEY_RING) private readonly ring: KeyRing,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** The key to seal with, made where there is none. Asked of the database each time: another replica may have rotated. */
  async current(): Promise<{ id: string; key: Buffer }> {
    const [row] = await this.rows(this.database.manager, 'WHERE is_current');
    const { id, wrapped_by: by, wrapped } = row ?? (await this.locked((manager) => this.firstOf(manager)));
    return { id, key: await this.opened(id, by, wrapped) };
  }

  /** @throws HoldshortError `internal_error` for a key that is not there or whose wrapping key is not */
  async byId(id: string): Promise<Buffer> {
    const known = this.#open.get(id);
    if (known) return known;
    const [row] = await this.rows(this.database.manager, 'WHERE id = $1', [id]);
    if (!row) throw new HoldshortError('internal_error', 'The data key of a sealed text is not there.');
    return this.opened(id, row.wrapped_by, row.wrapped);
  }

  async list(): Promise<DataKeyView[]> {
    const rows = await this.rows(this.database.manager, 'ORDER BY created_at DESC, id');
    return rows.map(({ id, wrapped_by, is_current, created_at }) => ({ id, wrapped_by, is_current, created_at }));
  }

  /**
   * Seals with a new data key from now on, and wraps all older ones by the key in force: afterwards a replaced wrapping key
   * is of no more use. All or nothing.
   */
  async rotate(by: Identity, correlationId: string): Promise<{ current: string; rewrapped: number }> {
    return this.locked(async (manager) => {
      const old = await this.rows(manager, `WHERE wrapped_by <> $1`, [this.ring.current.id]);
      for (const { id, wrapped_by: from, wrapped } of old) {
        const key = await this.opened(id, from, wrapped);
        await manager.query('UPDATE holdshort.data_keys SET wrapped_by = $2, wrapped = $3 WHERE id = $1', [
          ...[id, this.ring.current.id, await this.ring.current.wrap(key)],
        ]);
      }
      await manager.query('UPDATE holdshort.data_keys SET is_current = false WHERE is_current');
      const made = await this.insert(manager);
      const detail = { data_key: made.id, wrapped_by: this.ring.current.id, rewrapped: String(old.length) };
      await this.audit.record({
        type: 'keys.rotated',
        correlation_id: correlationId,
        human: by,
        outcome: 'success',
        detail,
      });
      return { current: made.id, rewrapped: old.length };
    });
  }

  private async firstOf(manager: EntityManager): Promise<DataKeyRow> {
    const [row] = await this.rows(manager, 'WHERE is_current');
    return row ?? this.insert(manager);
  }

  private async insert(manager: EntityManager): Promise<DataKeyRow> {
    const key = randomBytes(32);
    const wrapped = await this.ring.current.wrap(key);
    const row = {
      id: newId('dk'),
      wrapped_by: this.ring.current.id,
      wrapped,
      is_current: true,
      created_at: this.now(),
    };
    await manager.query(`INSERT INTO holdshort.data_keys (${COLUMNS}) VALUES ($1, $2, $3, true, $4)`, [
      ...[row.id, row.wrapped_by, row.wrapped, row.created_at],
    ]);
    return row;
  }

  private async opened(id: string, wrappedBy: string, wrapped: Buffer): Promise<Buffer> {
    const known = this.#open.get(id);
    if (known) return known;
    const wrapper = this.ring.all.get(wrappedBy);
    if (!wrapper) {
      throw new HoldshortError(
        'internal_error',
        `A data key is wrapped by ${wrappedBy}, which the settings do not name.`,
        {
          advice: 'Add the older key after the current one until `holdshort admin keys rotate` has run.',
        },
      );
    }
    const key = await wrapper.unwrap(wrapped);
    this.#open.set(id, key);
    return key;
  }

  private locked<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.database.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [KEYS_LOCK]);
      return work(manager);
    });
  }

  private rows(manager: EntityManager, where: string, parameters: unknown[] = []): Promise<DataKeyRow[]> {
    return manager.query<DataKeyRow[]>(`SELECT ${COLUMNS} FROM holdshort.data_keys ${where}`, parameters);
  }
}
