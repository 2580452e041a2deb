import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { AnswerReader } from './answer-reader.js';
import { TRAFFIC_LIMITS, type ModelAnswer, type ModelApi } from './exchange.js';
import { STREAMED_ANSWERS } from './testing/streamed-answers.js';

const APIS: ModelApi[] = ['openai-chat', 'openai-responses', 'anthropic-messages', 'copilot-intent'];

function read(api: ModelApi, isStream: boolean, pieces: readonly Uint8Array[]): ModelAnswer {
  const reader = new AnswerReader(api, isStream);
  for (const piece of pieces) reader.push(piece);
  return reader.end();
}

/** The bytes cut at these places, wherever they are: within a character too. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [...new Set([0, ...places.map((place) => place % (bytes.length + 1)), bytes.length])].sort(
    (a, b) => a - b,
  );
  return at.slice(1).map((end, n) => bytes.subarray(at[n], end));
}

describe.each(STREAMED_ANSWERS.map((answer) => [answer.api, answer] as const))('an answer of %s', (api, expected) => {
  it('is read from its stream and from its whole form alike', () => {
    const streamed = read(api, true, [Buffer.from(expected.stream)]);
    const whole = read(api, false, [Buffer.from(expected.whole)]);
    expect(streamed).toEqual(whole);
    expect(streamed).toMatchObject({
      answer: { text: expected.text, sha256: createHash('sha256').update(expected.text).digest('hex') },
      complete: true,
      usage: { input: 10, output: 5 },
    });
    expect(streamed.unparsed).toBeUndefined();
    expect(streamed.toolCalls.map(({ id, name, commands }) => ({ id, name, command: commands[0] }))).toEqual(
      expected.calls,
    );
  });

  it('is the same in any pieces', () => {
    const bytes = Buffer.from(expected.stream);
    const whole = read(api, true, [bytes]);
    fc.assert(
      fc.property(fc.array(fc.nat()), (places) => {
        expect(read(api, true, cut(bytes, places))).toEqual(whole);
      }),
      { numRuns: 300 },
    );
    expect(
      read(
        api,
        true,
        [...bytes].map((byte) => Uint8Array.of(byte)),
      ),
    ).toEqual(whole);
  });

  it('is told to be cut off', () => {
    const bytes = Buffer.from(expected.stream);
    expect(read(api, true, [bytes.subarray(0, bytes.length / 2)]).complete).toBe(false);
  });
});

describe('AnswerReader', () => {
  it('holds no more than its limits of a stream that never ends an event', () => {
    const reader = new AnswerReader('openai-chat', true);
    const piece = Buffer.from('data: ' + 'x'.repeat(64 << 10));
    const before = process.memoryUsage().heapUsed;
    for (let n = 0; n < 1000; n += 1) reader.push(piece);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(32 << 20);
    const event = { choices: [{ delta: { content: 'after' }, finish_reason: 'stop' }] };
    reader.push(Buffer.from(`\n\ndata: ${JSON.stringify(event)}\n\n`));
    expect(reader.end()).toMatchObject({ unparsed: 'too_large', answer: { text: 'after' } });
  });

  it('keeps of a long answer only the digest', () => {
    const reader = new AnswerReader('anthropic-messages', true);
    const text = 'y'.repeat(1000);
    const event = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } };
    const times = TRAFFIC_LIMITS.textBytes / 1000 + 1;
    for (let n = 0; n < times; n += 1) reader.push(Buffer.from(`data: ${JSON.stringify(event)}\n\n`));
    const { answer } = reader.end();
    expect(answer.text).toBeUndefined();
    expect(answer.sha256).toBe(
      createHash('sha256')
        .update(text.repeat(Math.ceil(times)))
        .digest('hex'),
    );
  });

  it('takes no tool call from what an answer says', () => {
    const said = JSON.stringify({ tool_calls: [{ id: 'call_1', function: { name: 'bash', arguments: '{}' } }] });
    const event = { choices: [{ index: 0, delta: { content: said } }] };
    expect(read('openai-chat', true, [Buffer.from(`data: ${JSON.stringify(event)}\n\n`)]).toolCalls).toEqual([]);
  });

  it('never throws, whatever comes', () => {
    const hostile = fc.oneof(
      fc.uint8Array(),
      fc.jsonValue({ maxDepth: 5 }).map((value) => Buffer.from(`data: ${JSON.stringify(value)}\n\n`)),
      fc
        .record({
          type: fc.constantFrom(
            'content_block_delta',
            'message_start',
            'response.output_item.done',
            'response.completed',
          ),
          index: fc.jsonValue(),
          delta: fc.jsonValue(),
          item: fc.jsonValue(),
          response: fc.jsonValue(),
          choices: fc.jsonValue(),
          usage: fc.jsonValue(),
        })
        .map((value) => Buffer.from(`data: ${JSON.stringify(value)}\n\n`)),
    );
    fc.assert(
      fc.property(fc.constantFrom(...APIS), fc.boolean(), fc.array(hostile), (api, isStream, pieces) => {
        expect(read(api, isStream, pieces).answer.sha256).toMatch(/^[0-9a-f]{64}$/);
      }),
      { numRuns: 500 },
    );
  });
});
