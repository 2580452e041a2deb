import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Kafka, logLevel, type KafkaMessage } from 'kafkajs';
import { describeWithKafka } from '@holdshort/testkit';
import { said } from '../../harness/execute.js';
import { topicReader } from '../../harness/read-topic.js';
import { Stack } from '../../harness/stack.js';

const assistant = fileURLToPath(new URL('assistant.mjs', import.meta.url));
const CANARY = 'a-canary-that-no-topic-has';

describeWithKafka('prompts and Apache Kafka', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await Stack.start({ kafka: true, env: { HOLDSHORT_PROMPT_STORE: JSON.stringify({ default: 'full' }) } });
    await stack.signIn('alice', 'dave', 'sam');
  }, 300_000);
  afterAll(() => stack.stop());

  /** Whole records of all topics that are not the broker's own. */
  async function records(): Promise<{ topics: string[]; texts: string[] }> {
    const kafka = new Kafka({
      clientId: 'search',
      brokers: (stack.dev.kafka ?? '').split(','),
      logLevel: logLevel.NOTHING,
    });
    const admin = kafka.admin();
    await admin.connect();
    const topics = (await admin.listTopics()).filter((name) => !name.startsWith('__'));
    await admin.disconnect();
    const texts = ({ key, value, headers }: KafkaMessage): string =>
      [
        key,
        value,
        ...Object.entries(headers ?? {})
          .flat()
          .flat(),
      ]
        .map(String)
        .join('\n');
    const read = await Promise.all(topics.map((topic) => topicReader(kafka).readAll(topic)));
    return { topics: topics.sort(), texts: read.flat().map(texts) };
  }

  it('the text of a prompt that is kept whole is in no topic; its digest is', async () => {
    await stack.control('POST', '/model-scripts', { match: CANARY, steps: [{ command: 'true' }] });
    const work = `git clone -q https://github.com/acme/app.git canary && cd canary && ${JSON.stringify(process.execPath)} ${assistant} '${CANARY}' acme/app`;
    expect(said(await stack.script('alice', work, { cwd: stack.dir }))).toBe('ok');
    const digest = createHash('sha256').update(CANARY).digest('hex');
    const mine = (event: object): boolean =>
      (event as { model?: { prompt_sha256?: string } }).model?.prompt_sha256 === digest;
    const [{ session_id: session = '' } = {}] = (
      (await stack.events((events) => events.some(mine))) as { session_id?: string }[]
    ).filter(mine);
    const shown = await stack.holdshort('dave', ['session', 'show', session, '--timeline', '--prompts']);
    expect(shown.stdout).toContain(`> ${CANARY}`);

    const { topics, texts } = await records();
    expect(topics).toEqual(expect.arrayContaining(['holdshort.audit.events.v1', 'holdshort.audit.checkpoints.v1']));
    expect(texts.some((text) => text.includes(digest))).toBe(true);
    expect(texts.filter((text) => text.includes(CANARY))).toEqual([]);
  }, 120_000);
});
