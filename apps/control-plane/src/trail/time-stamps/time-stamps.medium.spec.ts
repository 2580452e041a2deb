import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anchorText, canonicalJson, type AnchorRecord } from '@holdshort/audit-events';
import { describeWithOpenssl, OpensslAuthority } from '@holdshort/testkit';
import { checkpointOf, signingAgent, type SigningAgent } from '../../testing/signing-agent.js';
import { TestWorld, type Replica } from '../../testing/test-world.js';
import { timeStampService, type TimeStampService } from '../../testing/time-stamp-service.js';
import { AnchorsService } from '../anchors.service.js';
import { timeStampAuthorityOf } from './time-stamp-authority.js';

const HOUR_MS = 3_600_000;

describeWithOpenssl('time stamps of anchors', () => {
  let world: TestWorld;
  let authority: OpensslAuthority;
  let service: TimeStampService;
  let dir: string;
  let file: string;
  beforeAll(async () => {
    world = await TestWorld.start();
    authority = new OpensslAuthority();
  });
  afterAll(async () => {
    authority.remove();
    await world.stop();
  });
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hs-stamped-'));
    file = join(dir, 'anchors.ndjson');
    service = await timeStampService((request) => authority.answer(request));
  });
  afterEach(async () => {
    world.clockOffsetMs = 0;
    await service.stop();
    await rm(dir, { recursive: true, force: true });
  });

  const replica = async (ca = authority.root): Promise<Replica> =>
    world.replica(await world.newDatabase(), { auditAnchorFile: file, auditTsaUrl: service.url, auditTsaCa: ca });
  const anchorsOf = async ({ server }: Replica): Promise<AnchorRecord[]> =>
    (await server.app.get(AnchorsService).list('', 24)).items;
  const kept = async (): Promise<string[]> =>
    (await readFile(file, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { name: string }).name);
  /** Heads that moved in each of these hours, and an anchor of each that is over. */
  const anchorHours = async (one: Replica, { agent, key }: SigningAgent, hours: readonly number[]): Promise<void> => {
    for (const hour of hours) {
      world.clockOffsetMs = hour * HOUR_MS;
      await agent.countersign(canonicalJson(await checkpointOf(agent.id, key, { seq: 10 + hour })));
      await one.server.app.get(AnchorsService).anchorDue();
    }
  };
  const nameOf = (record: AnchorRecord | undefined): string => `${record?.anchor.hour ?? ''}-time-stamp`;

  it('are asked for once an hour, for the newest, and kept beside it', async () => {
    const one = await replica();
    const agent = await signingAgent(one);
    await anchorHours(one, agent, [0, 0]);
    const [first] = await anchorsOf(one);
    expect(service.asked).toBe(1);
    authority.verify(Buffer.from(first?.time_stamp ?? '', 'base64'), first ? anchorText(first.anchor) : '');
    expect(await kept()).toEqual([first?.anchor.hour, nameOf(first)]);
    agent.agent.close();
    await one.stop();
  });

  it('do not keep anchors waiting; the next covers what the authority did not see', async () => {
    const one = await replica();
    const agent = await signingAgent(one);
    service.isAway = true;
    await expect(anchorHours(one, agent, [0])).rejects.toMatchObject({ code: 'upstream_unreachable' });
    service.isAway = false;
    await anchorHours(one, agent, [1]);
    const [first, second] = await anchorsOf(one);
    expect([first?.time_stamp, typeof second?.time_stamp]).toEqual([undefined, 'string']);
    expect(await kept()).toEqual([first?.anchor.hour, second?.anchor.hour, nameOf(second)]);
    agent.agent.close();
    await one.stop();
  });

  it('of a crash are found where they are kept, and not asked for again', async () => {
    const one = await replica();
    const agent = await signingAgent(one);
    await anchorHours(one, agent, [0]);
    const before = await anchorsOf(one);
    await one.parts.database.query('UPDATE holdshort.audit_anchors SET time_stamp = NULL');
    await one.server.app.get(AnchorsService).anchorDue();
    expect([await anchorsOf(one), service.asked]).toEqual([before, 1]);
    agent.agent.close();
    await one.stop();
  });

  it('of somebody else are not kept', async () => {
    const other = new OpensslAuthority();
    const one = await replica(other.root);
    const agent = await signingAgent(one);
    await expect(anchorHours(one, agent, [0])).rejects.toThrow('not certified by an authority that is believed');
    const [first] = await anchorsOf(one);
    expect([first?.time_stamp, await kept()]).toEqual([undefined, [first?.anchor.hour]]);
    agent.agent.close();
    await one.stop();
    other.remove();
  });

  it.each([
    ['no root', { auditTsaUrl: 'http://tsa.example.com', auditTsaCa: undefined }, 'HOLDSHORT_AUDIT_TSA_CA_FILE'],
    ['no URL', { auditTsaUrl: 'tsa.example.com', auditTsaCa: undefined }, 'an http or https URL'],
    ['a root that is none', { auditTsaUrl: 'http://tsa.example.com', auditTsaCa: 'x' }, 'no certificate'],
  ])('are refused with settings of %s', (_, settings, says) => {
    expect(() => timeStampAuthorityOf(settings)).toThrow(says);
  });
});
