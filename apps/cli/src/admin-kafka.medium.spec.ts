import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AUDIT_EVENTS_TOPIC } from '@holdshort/audit-events';
import { loadSettings } from '@holdshort/config';
import { describeWithKafka } from '@holdshort/testkit';
import { createAuthority, issueLeaf, type Credential } from '@holdshort/tls';
import { runCli } from './program.js';

// as the command line loads it
const { createKafkaClient, createKafkaPublisher, KAFKA_SECURITY_SETTINGS, kafkaSecurity } =
  await import('@holdshort/audit-publisher');

const USER = { user: 'holdshort', password: 'not-a-real-password' };
let ca: Credential;

describeWithKafka(
  'holdshort admin kafka init, over TLS and SCRAM',
  (broker) => {
    let dir: string;
    let env: NodeJS.ProcessEnv;
    beforeAll(() => {
      dir = mkdtempSync(join(tmpdir(), 'holdshort-kafka-'));
      writeFileSync(join(dir, 'ca.pem'), ca.certificate);
      env = {
        HOLDSHORT_HOME: dir,
        HOLDSHORT_KAFKA_BROKERS: broker().secureBrokers.join(','),
        HOLDSHORT_KAFKA_CA_FILE: join(dir, 'ca.pem'),
        HOLDSHORT_KAFKA_SASL: 'scram-sha-512',
        HOLDSHORT_KAFKA_USER: USER.user,
        HOLDSHORT_KAFKA_PASSWORD: USER.password,
      };
    });
    afterAll(() => {
      rmSync(dir, { recursive: true, force: true });
    });

    async function init(args: string[], more: NodeJS.ProcessEnv = {}): Promise<{ code: number; out: string }> {
      const out: string[] = [];
      const terminal = { out: (text: string) => void out.push(text), err: (text: string) => void out.push(text) };
      const all = { args: ['admin', 'kafka', 'init', ...args], env: { ...env, ...more }, cwd: '/', terminal };
      return { code: await runCli(all), out: out.join('\n') };
    }

    test('a dry run names what is missing; then it is created, with its settings; then all is as wanted', async () => {
      expect(await init(['--dry-run'])).toEqual({
        code: 1,
        out: 'holdshort.audit.events.v1: missing\nholdshort.audit.checkpoints.v1: missing\nholdshort.audit.ocsf.v1: missing',
      });
      const made = await init(['--json', '--replication', '1']);
      expect(made.out.split('\n').map((line) => (JSON.parse(line) as { state: string }).state)).toEqual([
        ...['created', 'created', 'created'],
      ]);
      expect(await init(['--replication', '1'])).toMatchObject({
        code: 0,
        out: expect.stringContaining('as wanted') as string,
      });
    }, 60_000);

    test('what differs is said and left as it is', async () => {
      const { code, out } = await init(['--partitions', '12', '--replication', '3', '--json']);
      expect(code).toBe(1);
      expect(JSON.parse(out.split('\n')[0] ?? '')).toEqual({
        topic: AUDIT_EVENTS_TOPIC,
        state: 'differs',
        differences: expect.arrayContaining([
          { name: 'partitions', is: '6', wanted: '12' },
          { name: 'replicas', is: '1', wanted: '3' },
          { name: 'min.insync.replicas', is: '1', wanted: '2' },
        ]) as unknown,
      });
      expect((await init(['--replication', '1'])).code).toBe(0);
    }, 60_000);

    test('the publisher goes the same way', async () => {
      const security = kafkaSecurity(loadSettings(KAFKA_SECURITY_SETTINGS, env));
      const publisher = createKafkaPublisher({ brokers: broker().secureBrokers, ...security });
      const event = { id: 'x', type: 'call.read' as const, time: new Date().toISOString(), tenant: 'default' };
      const agent = { id: 'agt_1', host: 'h', version: '1' };
      await publisher.publish([{ key: 'k', value: Buffer.from('{}'), event: { ...event, agent } }]);
      await publisher.close();
      const admin = createKafkaClient({ brokers: broker().secureBrokers, clientId: 't', ...security }).admin();
      await admin.connect();
      const offsets = await admin.fetchTopicOffsets(AUDIT_EVENTS_TOPIC);
      await admin.disconnect();
      expect(offsets.reduce((sum, { offset }) => sum + Number(offset), 0)).toBe(1);
    }, 60_000);

    test('a wrong password and a broker of another CA are refused, and no password is shown', async () => {
      const wrong = await init([], { HOLDSHORT_KAFKA_PASSWORD: 'wrong-password' });
      expect(wrong.code).toBe(1);
      expect(wrong.out).not.toContain('wrong-password');
      writeFileSync(join(dir, 'other.pem'), (await createAuthority({ commonName: 'other', days: 1 })).certificate);
      expect((await init([], { HOLDSHORT_KAFKA_CA_FILE: join(dir, 'other.pem') })).code).toBe(1);
    }, 60_000);

    test('settings that would show a password to the network, or are incomplete, are refused', async () => {
      expect((await init([], { HOLDSHORT_KAFKA_TLS: 'off' })).out).toContain('SASL without TLS');
      expect((await init([], { HOLDSHORT_KAFKA_PASSWORD: '' })).out).toContain('HOLDSHORT_KAFKA_PASSWORD for SCRAM');
      expect((await init([], { HOLDSHORT_KAFKA_SASL: 'aws-iam' })).out).toContain('Set HOLDSHORT_KAFKA_AWS_REGION');
    });
  },
  async () => {
    ca = await createAuthority({ commonName: 'broker CA', days: 1 });
    const leaf = await issueLeaf(ca, {
      ...{ commonName: 'localhost', names: ['localhost'], usage: ['server'], seconds: 3600 },
    });
    return { certificate: leaf.certificate, privateKey: leaf.privateKey, ...USER };
  },
);
