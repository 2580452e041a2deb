// A user's MCP host: calls one tool, waits for a file, calls it again on the same connection; prints both answers.
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const [url, name, args, go] = process.argv.slice(2);
const requestInit = { headers: { Authorization: `Bearer ${process.env.HOLDSHORT_SESSION_CREDENTIAL}` } };
const client = new Client({ name: 'holdshort-e2e', version: '1' });
await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
const call = async () => {
  const { isError = false, content } = await client.callTool({ name, arguments: JSON.parse(args) });
  return { isError, text: content[0].text };
};
const first = await call();
while (!existsSync(go)) await delay(100);
const second = await call();
const third = await call();
await client.close();
console.log(JSON.stringify([first, second, third]));
