// A user's MCP host: connects to URL (argument 1), calls the tools of argument 2 in order, prints what came back.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { ResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const [url, calls, headers = '{}'] = process.argv.slice(2);
const requestInit = {
  headers: { Authorization: `Bearer ${process.env.HOLDSHORT_SESSION_CREDENTIAL}`, ...JSON.parse(headers) },
};
const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit });
const client = new Client({ name: 'holdshort-e2e', version: '1' });
await client.connect(transport);
const tools = (await client.listTools()).tools.map(({ name }) => name);
const results = [];
for (const [name, args] of JSON.parse(calls)) {
  const { isError = false, content } = await client.callTool({ name, arguments: args });
  results.push({ name, isError, text: content[0].text });
}
const unknownMethod = await client
  .request({ method: 'resources/read', params: { uri: 'file:///etc/passwd' } }, ResultSchema)
  .catch((error) => error.message);
await transport.terminateSession();
await client.close();
console.log(JSON.stringify({ tools, results, unknownMethod }));
