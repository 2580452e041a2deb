import type { Adapter, AdapterPayload } from 'oidc-provider';

interface Stored {
  payload: AdapterPayload;
  /** Milliseconds since 1970, or Infinity. */
  expires: number;
}

/** What the provider remembers, in memory: a restart signs everybody out. One store per provider. */
export class IdentityStore {
  private readonly entries = new Map<string, Stored>();

  /** The provider asks for one adapter per model name. */
  adapterFor(model: string): Adapter {
    const key = (id: string): string => `${model}:${id}`;
    return {
      upsert: (id, payload, expiresIn) => this.upsert(key(id), payload, expiresIn),
      find: (id) => Promise.resolve(this.find(key(id))),
      findByUserCode: (code) => Promise.resolve(this.findWhere(model, 'userCode', code)),
      findByUid: (uid) => Promise.resolve(this.findWhere(model, 'uid', uid)),
      destroy: (id) => this.destroy(key(id)),
      consume: (id) => this.consume(key(id)),
      revokeByGrantId: (grantId) => this.revoke(grantId),
    };
  }

  private upsert(key: string, payload: AdapterPayload, expiresIn: number | undefined): Promise<void> {
    this.sweep();
    const expires = expiresIn === undefined || Number.isNaN(expiresIn) ? Infinity : Date.now() + expiresIn * 1000;
    this.entries.set(key, { payload, expires });
    return Promise.resolve();
  }

  private sweep(): void {
    const now = Date.now();
    for (const [key, stored] of this.entries) if (stored.expires < now) this.entries.delete(key);
  }

  private find(key: string): AdapterPayload | undefined {
    return this.entries.get(key)?.payload;
  }

  private findWhere(model: string, field: 'userCode' | 'uid', value: string): AdapterPayload | undefined {
    for (const [key, { payload }] of this.entries) {
      if (key.startsWith(`${model}:`) && payload[field] === value) return payload;
    }
    return undefined;
  }

  private destroy(key: string): Promise<void> {
    this.entries.delete(key);
    return Promise.resolve();
  }

  private consume(key: string): Promise<void> {
    const stored = this.entries.get(key);
    if (stored) stored.payload.consumed = Math.floor(Date.now() / 1000);
    return Promise.resolve();
  }

  private revoke(grantId: string): Promise<void> {
    for (const [key, { payload }] of this.entries) if (payload.grantId === grantId) this.entries.delete(key);
    return Promise.resolve();
  }
}
