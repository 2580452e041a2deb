import { Inject, Injectable } from '@nestjs/common';
import {
  canonicalJson,
  isSignedText,
  keyIdOf,
  keyProofText,
  ROOT_OWNER,
  SigningKey,
  signStatement,
  type KeyCertificate,
  type KeyEnd,
} from '@holdshort/audit-events';
import { HoldshortError } from '@holdshort/errors';
import { DataSource, type EntityManager } from 'typeorm';
import { ControlPlaneAudit } from '../../audit/control-plane-audit.js';
import { CLOCK, type Clock } from '../../clock.js';
import { newId } from '../../random-id.js';
import { SEALED_TEXT, type SealedText } from '../../secrets/sealed-text.js';
import { SETTINGS, type ControlPlaneSettings } from '../../settings.js';

interface KeyRow {
  owner: string;
  certificate: string;
  ending: string | null;
}

/** Any constant; replicas that make the key at the same time agree on one. */
const OWN_KEY_LOCK = 7400_0003;

/** The keys that sign what the trail is: the control plane's own, and those of agents, which it certifies. */
@Injectable()
export class AuditKeysService {
  #own: SigningKey | undefined;

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly database: DataSource,
    private readonly audit: ControlPlaneAudit,
    @Inject(SEALED_TEXT) private readonly sealed: SealedText,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** The control plane's own key, made at the first start; all replicas have the same. */
  async own(): Promise<SigningKey> {
    this.#own ??= SigningKey.fromPem(
      await this.sealed.open(await this.database.transaction((manager) => this.ownSealed(manager))),
    );
    return this.#own;
  }

  /**
   * Certifies an agent's key from now on; the agent's key before it counts no longer. The same key again gives the same
   * certificate.
   * @param proof by the key itself, over what `keyProofText` says
   * @throws HoldshortError `request_malformed` without proof, `conflict` for a key that had its time
   */
  async certify(agentId: string, x: string, proof: string): Promise<KeyCertificate> {
    if (!isSignedText(x, keyProofText(this.settings.tenant, agentId, x), proof))
      throw new HoldshortError(
        'request_malformed',
        'The key is no Ed25519 key, or the agent does not show that it has it.',
      );
    const own = await this.own();
    return this.database.transaction(async (manager) => {
      const known = await this.find(manager, keyIdOf(x));
      if (known) return this.again(known, agentId);
      const certificate = await this.insert(manager, own, { owner: agentId, x });
      await this.end(manager, agentId, 'replaced', certificate.key);
      await this.audit.record({
        type: 'audit.key_certified',
        correlation_id: newId('cor'),
        outcome: 'success',
        detail: { agent_id: agentId, key: certificate.key },
      });
      return certificate;
    });
  }

  /** What the agent's keys sign from now on does not count. Within the caller's transaction. */
  async revoke(manager: EntityManager, agentId: string): Promise<void> {
    await this.end(manager, agentId, 'revoked');
  }

  /** What is said of one key; undefined for one that nobody certified. */
  async statementsOf(key: string): Promise<(KeyCertificate | KeyEnd)[] | undefined> {
    const row = await this.find(this.database.manager, key);
    return row && statements(row);
  }

  /** What is said of all keys, page after page; the own one comes with every page. @param after the last key seen */
  async list(after: string, limit: number): Promise<{ items: (KeyCertificate | KeyEnd)[]; next: string | null }> {
    await this.own();
    const rows = await this.database.query<(KeyRow & { key: string; is_own: boolean })[]>(
      `SELECT key, owner, certificate, ending, sealed IS NOT NULL AS is_own FROM holdshort.audit_keys
       WHERE sealed IS NOT NULL OR key > $1 ORDER BY sealed IS NULL, key LIMIT $2`,
      [after, limit + 2],
    );
    const shown = rows.slice(0, limit + 1);
    return { items: shown.flatMap(statements), next: rows.length > shown.length ? (shown.at(-1)?.key ?? null) : null };
  }

  private again({ owner, certificate, ending }: KeyRow, agentId: string): KeyCertificate {
    if (owner === agentId && ending === null) return JSON.parse(certificate) as KeyCertificate;
    throw new HoldshortError('conflict', 'The key has had its time, or is another one’s.', {
      advice: 'Make a new key.',
    });
  }

  private async ownSealed(manager: EntityManager): Promise<string> {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [OWN_KEY_LOCK]);
    const [row] = await manager.query<{ sealed: string }[]>(
      'SELECT sealed FROM holdshort.audit_keys WHERE sealed IS NOT NULL',
    );
    if (row) return row.sealed;
    const key = SigningKey.generate();
    const sealed = await this.sealed.seal(key.toPem());
    await this.insert(manager, key, { owner: ROOT_OWNER, x: key.x, sealed });
    return sealed;
  }

  private async insert(
    manager: EntityManager,
    by: SigningKey,
    { owner, x, sealed }: { owner: string; x: string; sealed?: string },
  ): Promise<KeyCertificate> {
    const at = this.now();
    const key = keyIdOf(x);
    const certificate = await signStatement(
      { typ: 'key' as const, v: 1 as const, tenant: this.settings.tenant, owner, key, x, valid_from: at.toISOString() },
      by,
    );
    await manager.query(
      'INSERT INTO holdshort.audit_keys (key, owner, certificate, sealed, created_at) VALUES ($1, $2, $3, $4, $5)',
      [key, owner, canonicalJson(certificate), sealed ?? null, at],
    );
    return certificate;
  }

  private async end(manager: EntityManager, owner: string, reason: KeyEnd['reason'], except = ''): Promise<void> {
    const rows = await manager.query<{ key: string }[]>(
      'SELECT key FROM holdshort.audit_keys WHERE owner = $1 AND key <> $2 AND ending IS NULL FOR UPDATE',
      [owner, except],
    );
    for (const { key } of rows) {
      const end = await signStatement(
        {
          ...{ typ: 'key_end' as const, v: 1 as const, tenant: this.settings.tenant },
          ...{ key, reason, from: this.now().toISOString() },
        },
        await this.own(),
      );
      await manager.query('UPDATE holdshort.audit_keys SET ending = $2 WHERE key = $1', [key, canonicalJson(end)]);
    }
  }

  private async find(manager: EntityManager, key: string): Promise<KeyRow | undefined> {
    const [row] = await manager.query<KeyRow[]>(
      'SELECT owner, certificate, ending FROM holdshort.audit_keys WHERE key = $1',
      [key],
    );
    return row;
  }
}

function statements({ certificate, ending }: KeyRow): (KeyCertificate | KeyEnd)[] {
  return [JSON.parse(certificate) as KeyCertificate, ...(ending === null ? [] : [JSON.parse(ending) as KeyEnd])];
}
