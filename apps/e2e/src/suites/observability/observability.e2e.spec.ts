import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TraceCollector, type CollectedSpan } from '@holdshort/testkit';
import { said } from '../../harness/execute.js';
import { Stack, calls, type StoredEvent } from '../../harness/stack.js';
import { until } from '../../harness/until.js';

const arrives = (holds: () => boolean): Promise<void> =>
  until(() => Promise.resolve(holds()), { withinMs: 20_000, everyMs: 100 });

const AGENT = 'holdshort-agent';
const CONTROL_PLANE = 'holdshort-control-plane';
const INGEST = 'holdshort-audit-ingest';
const BRANCH = 'topic/unmistakable-branch';
const FILE = 'folder/unmistakable-file.txt';
/** The closed list of libs/telemetry tracing.ts. */
const ATTRIBUTES = [
  'holdshort.correlation_id',
  'holdshort.surface',
  'holdshort.class',
  'holdshort.effect',
  'holdshort.outcome',
  'holdshort.code',
  'holdshort.event_type',
  'http.response.status_code',
];

const PAGE = readFileSync(fileURLToPath(new URL('../../../../../docs/reference/metrics.md', import.meta.url)), 'utf8');

/** Names in a section of the reference, which is made from the tables. */
const documented = (section: string): string[] => {
  const [, text = ''] = PAGE.split(`\n## ${section}\n`);
  return [...(text.split('\n## ')[0] ?? '').matchAll(/^\| `(\w+)`/gm)].map(([, name = '']) => name);
};

describe('what operators see', () => {
  const collector = new TraceCollector();
  let stack: Stack;
  beforeAll(async () => {
    const endpoint = await collector.start();
    stack = await Stack.start({
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, HOLDSHORT_AGENT_API_HOLD_SECONDS: '1' },
    });
    await stack.signIn('alice', 'sam');
    const cloned = await stack.script(
      'alice',
      'git clone -q https://github.com/acme/app.git app && cd app && git config user.email a@b && git config user.name a',
      { cwd: stack.dir },
    );
    expect(said(cloned)).toBe('ok');
  }, 180_000);
  afterAll(async () => {
    await stack.stop();
    await collector.stop();
  });

  const inApp = (script: string) => stack.script('alice', script, { cwd: stack.workFile('app') });

  const eventsOf = async (correlation: string): Promise<StoredEvent[]> => {
    const ran = await stack.holdshort('sam', ['audit', 'search', '--correlation', correlation, '--json']);
    expect(said(ran)).toBe('ok');
    return ran.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as StoredEvent);
  };

  it('sees one push as one trace through the three processes', async () => {
    const pushed = await inApp(
      `git checkout -q -b ${BRANCH} && mkdir folder && echo unmistakable-content > ${FILE} && git add . && git commit -qm unmistakable-message && git push -q origin ${BRANCH}`,
    );
    expect(said(pushed)).toBe('ok');
    const isOutcome = ({ phase, push }: StoredEvent): boolean =>
      phase === 'outcome' && push?.[0]?.ref === `refs/heads/${BRANCH}`;
    const events = await stack.events((all) => all.some(isOutcome));
    const outcome = calls(events).find(isOutcome) as StoredEvent & { trace_id: string; traceparent: string };
    const ofTrace = (): CollectedSpan[] => collector.spans.filter(({ traceId }) => traceId === outcome.trace_id);
    await arrives(() => ofTrace().filter(({ name }) => name === 'store event').length === 2);
    await arrives(() => ofTrace().some(({ name }) => name === 'call'));

    const spans = ofTrace();
    const call = spans.find(({ name }) => name === 'call');
    expect(outcome.traceparent).toBe(`00-${outcome.trace_id}-${call?.spanId ?? ''}-01`);
    expect(call).toMatchObject({ service: AGENT, parentSpanId: '', status: 0 });
    expect(call?.attributes).toEqual({
      'holdshort.correlation_id': outcome.correlation_id,
      'holdshort.surface': 'git',
      'holdshort.class': 'write',
      'holdshort.outcome': 'success',
      'http.response.status_code': '200',
    });
    const tree = (parent: string): string[] =>
      spans
        .filter(({ parentSpanId }) => parentSpanId === parent)
        .flatMap(({ service, name, spanId }) => [`${service}: ${name}`, ...tree(spanId).map((line) => `  ${line}`)]);
    const lines = tree(call?.spanId ?? '');
    expect(lines).toEqual(
      expect.arrayContaining([
        `${AGENT}: ask for a decision`,
        `  ${CONTROL_PLANE}: decide`,
        `${AGENT}: forward to GitHub`,
        `${INGEST}: store event`,
      ]),
    );
    // every span of the trace hangs on the call, and the token was minted within a decision of some trace
    expect(lines).toHaveLength(spans.length - 1);
    expect(collector.spans.filter(({ name }) => name === 'mint token').map(({ service }) => service)).toContain(
      CONTROL_PLANE,
    );
    expect(collector.problems).toEqual([]);
  });

  it('shows the same id in the refusal of a push, twice, and in its events', async () => {
    const ran = await inApp('git commit -q --allow-empty -m x && git push origin HEAD:main');
    expect(ran.code).toBe(1);
    const [, shown = ''] =
      /remote: holdshort: reason policy_forbids, decision dec_\S+, call (\S+)/.exec(ran.text) ?? [];
    const [, inReport = ''] = /! \[remote rejected\] HEAD -> main \(.*\(call (\S+)\)\)/.exec(ran.text) ?? [];
    expect(shown).toMatch(/^[0-9a-f-]{36}$/);
    expect(inReport).toBe(shown);
    await stack.events((all) => all.some((event) => event.correlation_id === shown && event.phase === 'outcome'));
    const found = await eventsOf(shown);
    expect(calls(found).map(({ type, phase }) => [type, phase])).toEqual([
      ['call.write', 'attempt'],
      ['call.write', 'outcome'],
    ]);
    expect(calls(found)[1]).toMatchObject({ outcome: 'refused', error: { code: 'policy_forbids' } });
    await arrives(() =>
      collector.spans.some(
        ({ name, attributes }) =>
          name === 'call' &&
          attributes['holdshort.correlation_id'] === shown &&
          attributes['holdshort.code'] === 'policy_forbids',
      ),
    );
  });

  it('shows the id of a call of the command line that was refused, and keeps its event under it', async () => {
    const ran = await stack.holdshort('alice', ['admin', 'agent', 'list']);
    expect(ran.code).toBe(1);
    const [, id = ''] = /\(call (cor_\S+)\)$/m.exec(ran.stderr) ?? [];
    await stack.events((all) => all.some(({ correlation_id }) => correlation_id === id));
    expect((await eventsOf(id)).map(({ type }) => type)).toEqual(['access.refused']);
  });

  it('holds a call for people, and counts how long', async () => {
    const content = Buffer.from('on: push\n').toString('base64');
    const ran = await inApp(
      `gh api -X PUT repos/acme/app/contents/.github/workflows/w.yml -f message=m -f content=${content} -f branch=${BRANCH}`,
    );
    expect(ran.code).toBe(1);
    expect(ran.text).toContain('needs approval');
  });

  const exposition = async (url: string): Promise<string> => {
    const answer = await fetch(`${url}/metrics`);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    return answer.text();
  };
  const ingestUrl = (): string =>
    `http://127.0.0.1:${stack.dev.processes['audit-ingest']?.env['HOLDSHORT_INGEST_HEALTH_PORT'] ?? ''}`;
  /** Sum of the series whose line begins so. */
  const figure = (text: string, begin: string): number =>
    text
      .split('\n')
      .filter((line) => line.startsWith(begin))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);

  it('exposes exactly the metrics of the tables, and who did what to what is in none', async () => {
    // the held call ends with its session, a moment after it
    const isNothingHeld = async (): Promise<boolean> =>
      /^holdshort_control_plane_approvals_waiting 0$/m.test(await exposition(stack.dev.controlPlane));
    await until(isNothingHeld, { withinMs: 20_000, everyMs: 100 });
    const texts = {
      Agent: await exposition(stack.dev.agentAdmin),
      'Control plane': await exposition(stack.dev.controlPlane),
      'Audit ingest': await exposition(ingestUrl()),
    };
    for (const [process, text] of Object.entries(texts)) {
      const declared = [...documented(process), ...documented('Every process')];
      const exposed = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
      expect({ process, names: [...exposed].sort() }).toEqual({ process, names: [...declared].sort() });
      expect(text).not.toMatch(/alice|acme|unmistakable|github\.com/);
    }
    const { Agent: agent, 'Control plane': controlPlane, 'Audit ingest': ingest } = texts;
    expect(figure(agent, 'holdshort_agent_calls_total{surface="git",class="write",outcome="success"}')).toBeGreaterThan(
      0,
    );
    expect(figure(agent, 'holdshort_agent_refusals_total{surface="git",code="policy_forbids"}')).toBe(1);
    expect(figure(agent, 'holdshort_agent_decisions_total{effect="hold",from="control_plane"}')).toBe(1);
    expect(figure(agent, 'holdshort_agent_hold_wait_seconds_count{end="still_held"}')).toBe(1);
    expect(figure(agent, 'holdshort_agent_call_duration_seconds_count{surface="git"}')).toBeGreaterThan(2);
    expect(figure(agent, 'holdshort_agent_grpc_calls_total{rpc="Decide",code="ok"}')).toBeGreaterThan(2);
    expect(figure(agent, 'holdshort_agent_control_plane_connected ')).toBe(1);
    expect(figure(agent, 'holdshort_agent_spool_state{state="ok"}')).toBe(1);
    expect(figure(agent, 'holdshort_agent_published_events_total ')).toBeGreaterThan(4);
    expect(figure(agent, 'process_resident_memory_bytes ')).toBeGreaterThan(1e7);
    expect(figure(controlPlane, 'holdshort_control_plane_decisions_total{effect="hold"}')).toBe(1);
    expect(figure(controlPlane, 'holdshort_control_plane_denials_total{code="policy_forbids"}')).toBeGreaterThan(0);
    expect(figure(controlPlane, 'holdshort_control_plane_events_total{type="lease.issued"}')).toBeGreaterThan(0);
    expect(figure(controlPlane, 'holdshort_control_plane_leases_held ')).toBeGreaterThanOrEqual(0);
    expect(figure(controlPlane, 'holdshort_control_plane_events_total{type="approval.requested"}')).toBe(1);
    expect(figure(controlPlane, 'holdshort_control_plane_http_requests_total{method="GET",status="4xx"}')).toBe(1);
    expect(
      figure(
        controlPlane,
        'holdshort_control_plane_grpc_calls_total{rpc="holdshort.agent.v1.DecisionService/Decide",admitted="yes"}',
      ),
    ).toBeGreaterThan(0);
    expect(figure(ingest, 'holdshort_ingest_rows_total{source="relay",result="stored"}')).toBeGreaterThan(10);
    expect(figure(ingest, 'holdshort_ingest_dead_letters_records ')).toBe(0);
  });

  it('sends a collector nothing of what calls are about', () => {
    const sent = Buffer.concat(collector.bodies).toString('latin1');
    expect(collector.spans.length).toBeGreaterThan(20);
    expect(sent).not.toMatch(/alice|acme|unmistakable|gh[a-z]_|hs[a-z]{1,2}1?_[A-Za-z0-9]{8}|refs\/heads|github\.com/);
    const names = new Set(collector.spans.flatMap(({ attributes }) => Object.keys(attributes)));
    expect([...names].filter((name) => !ATTRIBUTES.includes(name))).toEqual([]);
  });
});
