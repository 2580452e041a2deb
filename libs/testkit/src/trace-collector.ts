import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** One span as a collector gets it. */
export interface CollectedSpan {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  /** Empty for the first span of a trace. */
  parentSpanId: string;
  /** 0 unset, 1 ok, 2 error. */
  status: number;
  kind: number;
  durationMs: number;
  attributes: Record<string, string>;
}

/** Takes OTLP over HTTP in protobuf, as an OpenTelemetry collector does, and keeps the spans. */
export class TraceCollector {
  readonly spans: CollectedSpan[] = [];
  /** All that came, for a look at what must not be in it. */
  readonly bodies: Buffer[] = [];
  readonly problems: string[] = [];
  private readonly server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const asked = `${request.method ?? ''} ${request.url ?? ''} ${request.headers['content-type'] ?? ''}`;
      if (asked !== 'POST /v1/traces application/x-protobuf') this.problems.push(asked);
      this.bodies.push(body);
      this.spans.push(...spansIn(body));
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Fields of a protobuf message by number (protobuf.dev, "Encoding"). */
type Fields = Map<number, (Buffer | bigint)[]>;

function fieldsOf(message: Buffer): Fields {
  const fields: Fields = new Map();
  for (let at = 0; at < message.length;) {
    const [tag, afterTag] = varint(message, at);
    const [value, next] = valueAt(message, afterTag, Number(tag & 7n));
    const number = Number(tag >> 3n);
    fields.set(number, [...(fields.get(number) ?? []), value]);
    at = next;
  }
  return fields;
}

function valueAt(message: Buffer, at: number, wireType: number): [Buffer | bigint, number] {
  if (wireType === 0) return varint(message, at);
  if (wireType === 1) return [message.readBigUInt64LE(at), at + 8];
  if (wireType === 5) return [BigInt(message.readUInt32LE(at)), at + 4];
  const [length, begin] = varint(message, at);
  const end = begin + Number(length);
  return [message.subarray(begin, end), end];
}

function varint(message: Buffer, start: number): [bigint, number] {
  let value = 0n;
  for (let at = start, shift = 0n; ; at += 1, shift += 7n) {
    const byte = message[at] ?? 0;
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return [value, at + 1];
  }
}

const messages = (fields: Fields, number: number): Buffer[] =>
  (fields.get(number) ?? []).filter((value) => Buffer.isBuffer(value));
const text = (fields: Fields, number: number, encoding: BufferEncoding = 'utf8'): string =>
  messages(fields, number)[0]?.toString(encoding) ?? '';
const whole = (fields: Fields, number: number): bigint => {
  const [value] = fields.get(number) ?? [];
  return typeof value === 'bigint' ? value : 0n;
};

/** KeyValue: key = 1, value = 2 {string_value = 1, int_value = 3}. */
const attributesOf = (fields: Fields, number: number): Record<string, string> =>
  Object.fromEntries(
    messages(fields, number).map((pair) => {
      const value = fieldsOf(messages(fieldsOf(pair), 2)[0] ?? Buffer.alloc(0));
      return [text(fieldsOf(pair), 1), value.has(1) ? text(value, 1) : String(whole(value, 3))];
    }),
  );

/** opentelemetry-proto 1.x, trace/v1: ExportTraceServiceRequest > resource_spans = 1 > scope_spans = 2 > spans = 2. */
const spansIn = (body: Buffer): CollectedSpan[] =>
  messages(fieldsOf(body), 1).flatMap((resourceSpans) => {
    const fields = fieldsOf(resourceSpans);
    const resource = fieldsOf(messages(fields, 1)[0] ?? Buffer.alloc(0));
    const service = attributesOf(resource, 1)['service.name'] ?? '';
    return messages(fields, 2).flatMap((scope) => messages(fieldsOf(scope), 2).map((span) => spanOf(span, service)));
  });

function spanOf(message: Buffer, service: string): CollectedSpan {
  const fields = fieldsOf(message);
  return {
    service,
    traceId: text(fields, 1, 'hex'),
    spanId: text(fields, 2, 'hex'),
    parentSpanId: text(fields, 4, 'hex'),
    name: text(fields, 5),
    kind: Number(whole(fields, 6)),
    durationMs: Number(whole(fields, 8) - whole(fields, 7)) / 1e6,
    attributes: attributesOf(fields, 9),
    status: Number(whole(fieldsOf(messages(fields, 15)[0] ?? Buffer.alloc(0)), 3)),
  };
}
