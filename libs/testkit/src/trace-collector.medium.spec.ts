import { createLogger, NO_TRACING, openTracing, type Tracing } from '@holdshort/telemetry';
import { TraceCollector } from './trace-collector.js';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const UNSAMPLED = PARENT.replace(/01$/, '00');

describe('traces, as a collector gets them', () => {
  let collector: TraceCollector;
  let endpoint: string;
  let tracing: Tracing;
  beforeEach(async () => {
    collector = new TraceCollector();
    endpoint = await collector.start();
  });
  afterEach(async () => {
    await collector.stop();
    expect(collector.problems).toEqual([]);
  });

  const lines: string[] = [];
  const open = async (traceRatio = '1', otlpEndpoint: string | undefined = endpoint): Promise<void> => {
    const logger = createLogger('test', 'warn', { write: (line) => void lines.push(line) });
    tracing = await openTracing({ service: 'svc', version: '1', instance: 'i', otlpEndpoint, traceRatio, logger });
  };

  it('are children of the span around, with facts, in one trace', async () => {
    await open();
    const seen = await tracing.run('call', { kind: 'server' }, async (call) => {
      call.set({ 'holdshort.surface': 'git', 'holdshort.code': undefined, 'http.response.status_code': 200 });
      const inner = await tracing.run('forward to GitHub', { kind: 'client' }, () =>
        Promise.resolve(tracing.current()),
      );
      return { call: call.traceparent, around: tracing.current(), inner };
    });
    expect(tracing.current()).toBeUndefined();
    await tracing.close();
    expect(collector.spans.map(({ service, name, kind, status }) => ({ service, name, kind, status }))).toEqual([
      { service: 'svc', name: 'forward to GitHub', kind: 3, status: 0 },
      { service: 'svc', name: 'call', kind: 2, status: 0 },
    ]);
    const [inner, call] = collector.spans;
    expect(call).toMatchObject({ parentSpanId: '', attributes: { 'holdshort.surface': 'git' } });
    expect(call?.attributes).toEqual({ 'holdshort.surface': 'git', 'http.response.status_code': '200' });
    expect(inner).toMatchObject({ parentSpanId: call?.spanId, traceId: call?.traceId });
    expect(seen).toEqual({
      call: `00-${call?.traceId ?? ''}-${call?.spanId ?? ''}-01`,
      around: seen.call,
      inner: `00-${call?.traceId ?? ''}-${inner?.spanId ?? ''}-01`,
    });
  });

  it('go on with the trace of another process, and note what is over', async () => {
    await open();
    await tracing.run('decide', { kind: 'server', parent: PARENT }, () => Promise.resolve());
    tracing.note('store event', { kind: 'consumer', parent: PARENT }, Date.now() - 250);
    tracing.note('store event', { parent: 'not-a-traceparent' }, Date.now());
    await tracing.close();
    expect(collector.spans).toHaveLength(2);
    for (const span of collector.spans)
      expect(span).toMatchObject({ traceId: PARENT.slice(3, 35), parentSpanId: PARENT.slice(36, 52) });
    expect(collector.spans[1]?.durationMs).toBeGreaterThanOrEqual(250);
  });

  it('begin anew where the traceparent cannot be read', async () => {
    await open();
    for (const parent of ['', 'x', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`])
      await tracing.run('decide', { parent }, () => Promise.resolve());
    await tracing.close();
    expect(collector.spans.map(({ parentSpanId }) => parentSpanId)).toEqual(['', '', '']);
  });

  it('are sent or not as their first process chose', async () => {
    await open('0');
    await tracing.run('call', {}, ({ traceparent }) => {
      expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
      return Promise.resolve();
    });
    await tracing.run('decide', { parent: PARENT }, () => Promise.resolve());
    await tracing.run('decide', { parent: UNSAMPLED }, () => Promise.resolve());
    tracing.note('store event', { parent: UNSAMPLED }, Date.now());
    await tracing.close();
    expect(collector.spans.map(({ traceId }) => traceId)).toEqual([PARENT.slice(3, 35)]);
  });

  it('say that work failed, and nothing of what the error says', async () => {
    await open();
    const failing = tracing.run('call', {}, () => Promise.reject(new Error('path/of/a/secret.txt')));
    await expect(failing).rejects.toThrow('path/of/a/secret.txt');
    await tracing.run('call', {}, (span) => {
      span.set({ 'holdshort.correlation_id': 'x'.repeat(1000) });
      return Promise.resolve();
    });
    await tracing.close();
    expect(collector.spans.map(({ status }) => status)).toEqual([2, 0]);
    expect(Buffer.concat(collector.bodies).includes('secret')).toBe(false);
    expect(collector.spans[1]?.attributes['holdshort.correlation_id']).toBe('x'.repeat(128));
  });

  it('cost spans, not calls, where the collector is away; said once', async () => {
    await open('1', 'http://127.0.0.1:1');
    lines.length = 0;
    await expect(tracing.run('call', {}, () => Promise.resolve('done'))).resolves.toBe('done');
    await tracing.close();
    expect(lines.filter((line) => line.includes('takes no spans')).length).toBeLessThanOrEqual(1);
  });

  it('do not exist without a collector, and a wrong ratio is refused', async () => {
    tracing = await openTracing({
      ...{ service: 's', version: '1', instance: 'i', traceRatio: '1', otlpEndpoint: undefined },
      logger: createLogger('test', 'fatal'),
    });
    expect(tracing).toBe(NO_TRACING);
    expect(await tracing.run('call', {}, ({ traceparent }) => Promise.resolve(traceparent))).toBeUndefined();
    for (const ratio of ['', '2', '-1', 'half'])
      await expect(open(ratio)).rejects.toThrow('OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1.');
  });
});
