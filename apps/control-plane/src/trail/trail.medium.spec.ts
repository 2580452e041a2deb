import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  anchorHash,
  anchorRoot,
  AuditKeys,
  canonicalJson,
  isSignedBy,
  keyProofText,
  SigningKey,
  type AnchorRecord,
  type AuditEvent,
  type Checkpoint,
  type CountersignedHead,
} from '@holdshort/audit-events';
import { eventually } from '../testing/eventually.js';
import { signedIn, type Person } from '../testing/people.js';
import { checkpointOf, signingAgent, type SigningAgent } from '../testing/signing-agent.js';
import { TestAgent } from '../testing/test-agent.js';
import { TestWorld, type Replica } from '../testing/test-world.js';
import { ANCHOR_STORES, type AnchorStore } from './anchor-stores/anchor-store.js';
import { AnchorsService } from './anchors.service.js';
import { HeadsService } from './heads.service.js';

let world: TestWorld;
let replica: Replica;
let auditor: Person;
beforeAll(async () => {
  world = await TestWorld.start();
  replica = await world.replica(await world.newDatabase());
  auditor = await signedIn(replica, 'dave');
});
afterAll(() => world.stop());

const list = async (what: string): Promise<unknown[]> => {
  const { status, body } = await auditor.get(`/audit/${what}`);
  expect(status).toBe(200);
  return body['items'] as unknown[];
};
const heads = async (): Promise<CountersignedHead[]> => (await list('heads')) as CountersignedHead[];
const auditKeys = async (): Promise<AuditKeys> => AuditKeys.read(await list('keys'));
const warnings = (reason: string): AuditEvent[] =>
  replica.audit.events.filter(({ type, detail }) => type === 'audit.head_refused' && detail?.['reason'] === reason);

const withKey = (agent?: TestAgent): Promise<SigningAgent> => signingAgent(replica, agent);

const refusal = (reason: string): object => ({
  details: expect.stringContaining(`The head of the chain is not countersigned: ${reason}.`),
});

describe('keys', () => {
  it('are certified for who shows that they have them, and published with the signature of the control plane', async () => {
    const { agent, key } = await withKey();
    const again = await agent.certifyKey(key.x, await key.sign(keyProofText('default', agent.id, key.x)));
    const certificate = (await list('keys')).find((one) => (one as { key: string }).key === key.kid);
    expect(canonicalJson(certificate)).toBe(again.certificate);
    expect(certificate).toMatchObject({ owner: agent.id, key: key.kid, x: key.x });
    const one = await checkpointOf(agent.id, key, {});
    expect((await auditKeys()).objection(one, agent.id, one.time)).toBeUndefined();
    expect(replica.audit.events.map(({ type }) => type)).toContain('audit.key_certified');
    agent.close();
  });

  it('of another one, without proof, or long replaced are not', async () => {
    const { agent, key } = await withKey();
    const other = await TestAgent.enrolled(replica);
    const proof = await key.sign(keyProofText('default', agent.id, key.x));
    const refused = 'the agent does not show that it has it';
    await expect(other.certifyKey(key.x, proof)).rejects.toThrow(refused);
    await expect(other.certifyKey('x', proof)).rejects.toThrow(refused);
    await expect(other.certifyKey(key.x, await key.sign(keyProofText('default', other.id, key.x)))).rejects.toThrow(
      'another one’s',
    );
    await withKey(agent);
    await expect(agent.certifyKey(key.x, proof)).rejects.toThrow('has had its time');
    agent.close();
    other.close();
  });

  it('end when they are replaced, and at once when their agent is revoked', async () => {
    const { agent, key: first } = await withKey();
    const { key: second } = await withKey(agent);
    const carol = await signedIn(replica, 'carol');
    expect((await carol.post(`/agents/${agent.id}/revoke`, { reason: 'lost' })).status).toBeLessThan(300);
    const ends = (await list('keys')).filter((one) => (one as { typ: string }).typ === 'key_end');
    expect(ends).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ key: first.kid, reason: 'replaced' }),
        expect.objectContaining({ key: second.kid, reason: 'revoked' }),
      ]),
    );
    const keys = await auditKeys();
    const later = new Date(Date.now() + 1000).toISOString();
    expect(keys.objection(await checkpointOf(agent.id, second, { time: later }), agent.id, later)).toContain('revoked');
    await expect(agent.countersign(canonicalJson(await checkpointOf(agent.id, second, {})))).rejects.toThrow('revoked');
    agent.close();
  });

  it('come page after page, the control plane’s own with each', async () => {
    const own = (await list('keys'))[0] as { key: string; kid: string; owner: string };
    expect(own).toMatchObject({ owner: 'control-plane', key: own.kid });
    const seen = new Set<string>();
    for (let after = ''; ;) {
      const { body } = await auditor.get(`/audit/keys?limit=1&after=${after}`);
      const items = body['items'] as { key: string }[];
      expect(items[0]?.key).toBe(own.key);
      for (const { key } of items) seen.add(key);
      if (body['next'] === null) break;
      after = body['next'] as string;
    }
    expect(seen).toEqual(new Set((await list('keys')).map((one) => (one as { key: string }).key)));
  });
});

describe('heads', () => {
  it('are countersigned as they go on; the same one again gives the same answer; the end is said once more', async () => {
    const { agent, key } = await withKey();
    const chain = { chain_id: 'chain-on' };
    const send = async (more: Partial<Checkpoint>): Promise<CountersignedHead> => {
      const text = canonicalJson(await checkpointOf(agent.id, key, { ...chain, ...more }));
      return JSON.parse((await agent.countersign(text)).head) as CountersignedHead;
    };
    const first = await send({});
    expect(isSignedBy((await auditKeys()).rootKey, first)).toBe(true);
    expect(await send({})).toEqual(first);
    const second = await send({ seq: 20, hash: 'b'.repeat(64) });
    expect(second).toMatchObject({ seq: 20, hash: 'b'.repeat(64), final: false, agent_id: agent.id });
    const end = await send({ seq: 20, hash: 'b'.repeat(64), final: true });
    expect((await heads()).find(({ chain_id: id }) => id === 'chain-on')).toEqual(end);
    expect(end.final).toBe(true);
    agent.close();
  });

  it('that go back, fork or come after the end are refused and recorded; the one known stays', async () => {
    const { agent, key } = await withKey();
    const chain = { chain_id: 'chain-back' };
    const send = async (more: Partial<Checkpoint>): Promise<unknown> =>
      agent.countersign(canonicalJson(await checkpointOf(agent.id, key, { ...chain, ...more })));
    await send({ seq: 20 });
    await expect(send({ seq: 19 })).rejects.toMatchObject(refusal('went_back'));
    await expect(send({ seq: 20, hash: 'c'.repeat(64) })).rejects.toMatchObject(refusal('forked'));
    await send({ seq: 20, final: true });
    await expect(send({ seq: 21 })).rejects.toMatchObject(refusal('after_the_end'));
    expect((await heads()).find(({ chain_id: id }) => id === 'chain-back')).toMatchObject({ seq: 20, final: true });
    for (const reason of ['went_back', 'forked', 'after_the_end']) {
      await eventually(() => Promise.resolve(warnings(reason).length === 1));
      expect(warnings(reason)[0]?.detail).toMatchObject({ agent_id: agent.id, chain_id: 'chain-back' });
    }
    agent.close();
  });

  it('of other agents, by other keys or of no form are refused and recorded', async () => {
    const [{ agent, key }, { agent: other, key: otherKey }] = [await withKey(), await withKey()];
    const chain = { chain_id: 'chain-own' };
    await agent.countersign(canonicalJson(await checkpointOf(agent.id, key, chain)));
    const send = (text: string): Promise<unknown> => other.countersign(text);
    const own = await checkpointOf(agent.id, key, { ...chain, seq: 11 });
    await expect(send(canonicalJson(own))).rejects.toMatchObject(refusal('foreign_chain'));
    const taken = await checkpointOf(other.id, otherKey, { ...chain, seq: 11 });
    await expect(send(canonicalJson(taken))).rejects.toMatchObject(refusal('foreign_chain'));
    const byOther = await checkpointOf(other.id, key, { chain_id: 'chain-x' });
    await expect(send(canonicalJson(byOther))).rejects.toMatchObject(refusal('bad_signature'));
    const byNobody = await checkpointOf(other.id, SigningKey.generate(), { chain_id: 'chain-x' });
    await expect(send(canonicalJson(byNobody))).rejects.toMatchObject(refusal('bad_signature'));
    await expect(send('{}')).rejects.toMatchObject(refusal('malformed'));
    expect((await heads()).filter(({ chain_id: id }) => id === 'chain-x')).toEqual([]);
    agent.close();
    other.close();
  });

  it('sent to two replicas at once leave the highest', async () => {
    const { agent, key } = await withKey();
    const second = await world.replica(replica.parts.settings.databaseUrl);
    const there = agent.at(second);
    const texts = await Promise.all(
      Array.from({ length: 20 }, async (_, n) =>
        canonicalJson(await checkpointOf(agent.id, key, { chain_id: 'chain-race', seq: n + 1 })),
      ),
    );
    await Promise.allSettled(texts.map((text, n) => (n % 2 === 0 ? agent : there).countersign(text)));
    expect((await heads()).find(({ chain_id: id }) => id === 'chain-race')).toMatchObject({ seq: 20 });
    there.close();
    agent.close();
    await second.stop();
  });
});

it('the control plane’s own chain is signed and countersigned too, to its end', async () => {
  const other = await world.replica(await world.newDatabase());
  const chainId = other.parts.trail.status().chainId;
  await other.parts.trail.record({
    ...{ type: 'auth.login', phase: 'single', correlation_id: 'c', outcome: 'success' },
    human: { sub: 'dev-alice', login: 'alice', idp: 'main' },
    detail: { by: 'device', issuer: 'main' },
  });
  const database = other.parts.settings.databaseUrl;
  await other.stop();
  expect(other.audit.checkpoints.at(-1)).toMatchObject({ agent_id: 'control-plane', chain_id: chainId, final: true });
  const again = await world.replica(database);
  const { items } = await again.server.app.get(HeadsService).list('', 10);
  expect(items.find(({ chain_id: id }) => id === chainId)).toMatchObject({
    seq: other.audit.checkpoints.at(-1)?.seq,
    final: true,
  });
  await again.stop();
});

describe('anchors', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hs-anchored-'));
  });
  afterEach(async () => {
    world.clockOffsetMs = 0;
    await rm(dir, { recursive: true, force: true });
  });

  it('hold the heads that moved in their hour, one anchor for all replicas, each naming the one before', async () => {
    const file = join(dir, 'anchors.ndjson');
    const database = await world.newDatabase();
    const both = [
      await world.replica(database, { auditAnchorFile: file }),
      await world.replica(database, { auditAnchorFile: file }),
    ];
    const [one] = both as [Replica, Replica];
    const services = both.map(({ server }) => server.app.get(AnchorsService));
    const due = (): Promise<unknown> => Promise.all(services.map((service) => service.anchorDue()));
    const agent = await TestAgent.enrolled(one);
    const { key } = await withKey(agent);
    const move = async (chain: string, seq: number): Promise<unknown> =>
      agent.countersign(canonicalJson(await checkpointOf(agent.id, key, { chain_id: chain, seq })));
    const anchors = async (): Promise<AnchorRecord[]> => (await services[0]!.list('', 24)).items;
    const ownChains = new Set(both.map(({ parts }) => parts.trail.status().chainId));
    const leaves = (record: AnchorRecord | undefined): unknown[] =>
      (record?.leaves ?? []).filter(([id]) => !ownChains.has(id)).map(([id, seq]) => [id, seq]);

    await move('a', 1);
    await move('b', 5);
    await due();
    await due();
    expect(await anchors()).toHaveLength(1);
    await move('b', 9);
    await due();
    expect(await anchors()).toHaveLength(1);
    world.clockOffsetMs = 3_600_000;
    await due();
    const [first, second] = await anchors();
    expect([leaves(first), leaves(second)]).toEqual([
      [
        ['a', 1],
        ['b', 5],
      ],
      [['b', 9]],
    ]);
    expect(second?.anchor.prev).toBe(first && anchorHash(first.anchor));
    const dave = await signedIn(one, 'dave');
    const keys = AuditKeys.read((await dave.get('/audit/keys')).body['items'] as unknown[]);
    for (const { anchor, leaves: all } of [first!, second!]) {
      expect(keys.objection(anchor, 'control-plane', anchor.time)).toBeUndefined();
      expect(anchor).toMatchObject({ root: anchorRoot(all), size: all.length });
    }
    const told = both.flatMap(({ audit }) => audit.events).filter(({ type }) => type === 'audit.anchored');
    const roots = [first?.anchor.root, second?.anchor.root];
    expect(told.map(({ detail }) => detail?.['root']).sort()).toEqual(roots.sort());
    const kept = (await readFile(file, 'utf8')).trim().split('\n');
    expect(kept.map((line) => (JSON.parse(line) as { name: string }).name)).toEqual([
      first?.anchor.hour,
      second?.anchor.hour,
    ]);
    agent.close();
    for (const each of both) await each.stop();
  });

  it('are handed to the stores by one replica at a time, each once', async () => {
    const database = await world.newDatabase();
    const both = [await world.replica(database), await world.replica(database)];
    const [one, other] = both.map(({ server }) => server.app.get(AnchorsService)) as [AnchorsService, AnchorsService];
    const entered = Promise.withResolvers<undefined>();
    const released = Promise.withResolvers<undefined>();
    const handed: string[] = [];
    for (const { server } of both)
      server.app.get<AnchorStore[]>(ANCHOR_STORES).push({
        kind: 'slow',
        put: async (hour) => {
          handed.push(hour);
          entered.resolve(undefined);
          await released.promise;
        },
        get: () => Promise.resolve(undefined),
      });
    const { agent, key } = await withKey(await TestAgent.enrolled(both[0]!));
    await agent.countersign(canonicalJson(await checkpointOf(agent.id, key, { chain_id: 'a' })));
    const handing = one.anchorDue();
    await entered.promise;
    // has the same anchor before it, and leaves it to the one that is at it
    await other.anchorDue();
    expect(handed).toHaveLength(1);
    released.resolve(undefined);
    await handing;
    await other.anchorDue();
    expect(handed).toEqual((await one.list('', 24)).items.map(({ anchor }) => anchor.hour));
    agent.close();
    for (const each of both) await each.stop();
  });

  it('wait for a store that does not take them, and are kept once it does', async () => {
    const blocked = join(dir, 'not-a-folder');
    const { writeFile } = await import('node:fs/promises');
    await writeFile(blocked, '');
    const one = await world.replica(await world.newDatabase(), { auditAnchorFile: join(blocked, 'anchors.ndjson') });
    const service = one.server.app.get(AnchorsService);
    const { agent, key } = await withKey(await TestAgent.enrolled(one));
    await agent.countersign(canonicalJson(await checkpointOf(agent.id, key, { chain_id: 'a' })));
    await expect(service.anchorDue()).rejects.toThrow();
    expect((await service.list('', 24)).items).toHaveLength(1);
    await rm(blocked);
    await service.anchorDue();
    expect(await readFile(join(blocked, 'anchors.ndjson'), 'utf8')).toContain('"anchor\\":');
    agent.close();
    await one.stop();
  });
});
