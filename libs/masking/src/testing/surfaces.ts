/** An answer as a surface gives it, around a text; and the way back to what a client reads of it. */
export interface Surface {
  name: string;
  isEventStream?: boolean;
  write: (text: string) => Buffer;
  read: (answer: Buffer) => string;
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each surface has a shape of its own
const parse = (answer: Buffer): any => JSON.parse(answer.toString('utf8'));

/** As GitHub writes it: lines of sixty. */
const inLines = (text: string): string =>
  Buffer.from(text)
    .toString('base64')
    .replace(/.{1,60}/g, '$&\n');
const decoded = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');

/** Every character that JSON lets one escape, escaped. */
const escapedAll = (text: string): string =>
  Array.from(text)
    .map((letter, at) =>
      at % 3 === 0 && letter.length === 1
        ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
        : JSON.stringify(letter).slice(1, -1).replace('/', '\\/'),
    )
    .join('');

const rpc = (content: unknown): unknown => ({ jsonrpc: '2.0', id: 3, result: { content } });

export const SURFACES: readonly Surface[] = [
  { name: 'a raw file', write: (text) => Buffer.from(text), read: (answer) => answer.toString('utf8') },
  {
    name: 'a log of Actions',
    write: (text) =>
      Buffer.from(
        text
          .split('\n')
          .map((line) => `2026-11-30T10:00:00.0000000Z ${line}`)
          .join('\n'),
      ),
    read: (answer) => answer.toString('utf8'),
  },
  {
    name: 'REST, a field',
    write: (text) => json({ id: 1, body: text, user: { login: 'ada', id: 7 }, labels: [] }),
    read: (answer) => parse(answer).body,
  },
  {
    name: 'REST, a list with every escape',
    write: (text) => Buffer.from(`[{"n":1},{"body":"${escapedAll(text)}","ok":true}]`),
    read: (answer) => parse(answer)[1].body,
  },
  {
    name: 'REST, indented',
    write: (text) => Buffer.from(JSON.stringify({ a: [1, 2.5e3, null], patch: `@@ -1 +1 @@\n+${text}` }, null, 2)),
    read: (answer) => parse(answer).patch,
  },
  {
    name: 'the contents API',
    write: (text) => json({ name: 'a', sha: '1'.repeat(40), content: inLines(text), encoding: 'base64' }),
    read: (answer) => decoded(parse(answer).content),
  },
  {
    name: 'a blob without line ends',
    write: (text) => json({ encoding: 'base64', content: Buffer.from(text).toString('base64') }),
    read: (answer) => decoded(parse(answer).content),
  },
  {
    name: 'GraphQL, text of a blob',
    write: (text) => json({ data: { repository: { object: { text, isBinary: false } } } }),
    read: (answer) => parse(answer).data.repository.object.text,
  },
  {
    name: 'MCP, JSON',
    write: (text) => json(rpc([{ type: 'text', text }])),
    read: (answer) => parse(answer).result.content[0].text,
  },
  {
    name: 'MCP, JSON within a text',
    write: (text) => json(rpc([{ type: 'text', text: JSON.stringify({ body: text, n: 1 }) }])),
    read: (answer) => JSON.parse(parse(answer).result.content[0].text).body,
  },
  {
    name: 'MCP, base64 in JSON within a text',
    write: (text) =>
      json(
        rpc([{ type: 'text', text: JSON.stringify({ n: 1, content: inLines(text), encoding: 'base64' }, null, 2) }]),
      ),
    read: (answer) => decoded(JSON.parse(parse(answer).result.content[0].text).content),
  },
  {
    name: 'MCP, an embedded resource',
    write: (text) =>
      json(rpc([{ type: 'resource', resource: { uri: 'repo://a', blob: Buffer.from(text).toString('base64') } }])),
    read: (answer) => decoded(parse(answer).result.content[0].resource.blob),
  },
  {
    name: 'MCP, events',
    isEventStream: true,
    write: (text) =>
      Buffer.from(`: hello\n\nevent: message\nid: 4\ndata: ${JSON.stringify(rpc([{ type: 'text', text }]))}\n\n`),
    read: (answer) => JSON.parse(/^data: (.*)$/m.exec(answer.toString('utf8'))![1]!).result.content[0].text,
  },
  {
    name: 'events with CRLF',
    isEventStream: true,
    write: (text) => Buffer.from(`data:${JSON.stringify({ delta: { text } })}\r\n\r\ndata: [DONE]\r\n\r\n`),
    read: (answer) => JSON.parse(/^data:(.*)\r$/m.exec(answer.toString('utf8'))![1]!).delta.text,
  },
];
