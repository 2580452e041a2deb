import {
  checkAttestation,
  AuditKeys,
  EventChain,
  signStatement,
  SigningKey,
  type AuditEvent,
  type EventDraft,
  type SealedEvent,
} from '@holdshort/audit-events';
import { HoldshortError } from '@holdshort/errors';
import type { Logger } from '@holdshort/telemetry';
import { PushAttestor } from './push-attestor.js';

const COMMIT = 'c0ffee0c0ffee0c0ffee0c0ffee0c0ffee0c0ffe';

/** A trail in memory whose spool can be full, and an accepted push on it. */
class World {
  readonly chain = new EventChain({ emitter: { id: 'agt_1', host: 'box', version: '1' }, tenant: 'default' });
  readonly recorded: AuditEvent[] = [];
  readonly logged: string[] = [];
  isFull = false;
  readonly logger = Object.fromEntries(
    ['warn', 'error'].map((level) => [level, (_: object, text: string) => this.logged.push(`${level}: ${text}`)]),
  ) as unknown as Logger;

  record(draft: EventDraft): Promise<SealedEvent> {
    if (this.isFull) return Promise.reject(new HoldshortError('audit_unavailable', 'full'));
    const sealed = this.chain.append(this.chain.prepare(draft));
    this.recorded.push(sealed.event);
    return Promise.resolve(sealed);
  }

  async push(more: Partial<EventDraft> = {}): Promise<AuditEvent> {
    const { event } = await this.record({
      ...{ type: 'call.write', phase: 'outcome', correlation_id: 'cor_1', session_id: 'ses_1', outcome: 'success' },
      target: { host: 'github.com', repo: 'acme/app' },
      push: [{ ref: 'refs/heads/x', old: '0'.repeat(40), new: COMMIT, kind: 'create', result: 'ok' }],
      ...more,
    });
    return event;
  }

  attestor(unattestedPushes: AuditEvent[] = []): PushAttestor {
    const trail = { record: (draft: EventDraft) => this.record(draft), unattestedPushes };
    return new PushAttestor({ trail, logger: this.logger, retryMs: 1 });
  }

  attested(): AuditEvent[] {
    return this.recorded.filter(({ type }) => type === 'push.attested');
  }
}

async function keysOf(key: SigningKey): Promise<AuditKeys> {
  const root = SigningKey.generate();
  const certify = (owner: string, { kid, x }: SigningKey) =>
    signStatement(
      { typ: 'key', v: 1, tenant: 'default', owner, key: kid, x, valid_from: '2020-01-01T00:00:00.000Z' } as const,
      root,
    );
  return AuditKeys.read([await certify('control-plane', root), await certify('agt_1', key)]);
}

test('an accepted push is attested on the same chain, behind its outcome, by the certified key', async () => {
  const world = new World();
  const key = SigningKey.generate();
  const attestor = world.attestor();
  attestor.use(key);
  const outcome = await world.push();
  attestor.attest(outcome);
  await attestor.idle();
  const [attested] = world.attested();
  expect(attested).toMatchObject({
    chain_id: outcome.chain_id,
    seq: outcome.seq + 1,
    correlation_id: 'cor_1',
    session_id: 'ses_1',
    target: { repo: 'acme/app' },
    detail: { event_id: outcome.id },
  });
  const envelope = JSON.parse(String(attested?.detail?.envelope)) as unknown;
  expect(checkAttestation(envelope, { keys: await keysOf(key), commit: COMMIT, event: outcome })).toMatchObject({
    compared: true,
    statement: { predicate: { session: 'ses_1', agent: 'agt_1' } },
  });
});

test('a push before the key is certified, and one that an earlier boot left, wait for the key', async () => {
  const world = new World();
  const left = await world.push({ correlation_id: 'cor_0' });
  const attestor = world.attestor([left]);
  attestor.attest(await world.push());
  await attestor.idle();
  expect(world.attested()).toEqual([]);
  attestor.use(SigningKey.generate());
  await attestor.idle();
  expect(world.attested().map(({ correlation_id: id }) => id)).toEqual(['cor_0', 'cor_1']);
});

test('while the spool takes nothing the attestation waits, and none is lost', async () => {
  const world = new World();
  const attestor = world.attestor();
  attestor.use(SigningKey.generate());
  const outcome = await world.push();
  world.isFull = true;
  attestor.attest(outcome);
  await attestor.idle();
  expect(world.logged).toEqual(['warn: a push is not attested yet; will try again']);
  world.isFull = false;
  attestor.attest(await world.push({ correlation_id: 'cor_2' }));
  await attestor.idle();
  expect(world.attested().map(({ correlation_id: id }) => id)).toEqual(['cor_1', 'cor_2']);
});

test('what is no accepted push is not attested', async () => {
  const world = new World();
  const attestor = world.attestor();
  attestor.use(SigningKey.generate());
  attestor.attest(await world.push({ push: undefined }));
  attestor.attest(await world.push({ outcome: 'refused', push: [] }));
  await attestor.idle();
  expect(world.attested()).toEqual([]);
});
