// Load on one URL over N keep-alive connections, direct or through the proxy of HTTPS_PROXY. Prints requests/s and p50.
import { ProxyAgent, Pool } from 'undici';

const { TARGET, SERVER_NAME, CA, SECONDS, CONNECTIONS, HTTPS_PROXY, MODE } = process.env;
const { readFileSync } = await import('node:fs');
const ca = readFileSync(CA, 'utf8');
const proxied = MODE === 'proxy';
const url = new URL(TARGET);
const proxy = proxied ? new URL(HTTPS_PROXY) : undefined;
const token = proxy
  ? `Basic ${Buffer.from(`${proxy.username}:${decodeURIComponent(proxy.password)}`).toString('base64')}`
  : undefined;
const open = () =>
  proxy
    ? new ProxyAgent({ uri: proxy.origin, token, requestTls: { ca }, allowH2: false })
    : new Pool(url.origin, { connections: 1, allowH2: false, connect: { ca, servername: SERVER_NAME } });

const end = performance.now() + Number(SECONDS) * 1000;
const times = [];
async function connection() {
  const dispatcher = open();
  const options = {
    origin: url.origin,
    path: url.pathname,
    method: 'GET',
    headers: { 'user-agent': 'bench', host: SERVER_NAME },
  };
  while (performance.now() < end) {
    const start = performance.now();
    const { statusCode, body } = await dispatcher.request(options);
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`${statusCode} ${text.slice(0, 300)}`);
    times.push(performance.now() - start);
  }
  await dispatcher.close();
}
const started = performance.now();
await Promise.all(Array.from({ length: Number(CONNECTIONS) }, connection));
times.sort((a, b) => a - b);
console.log(
  JSON.stringify({ rps: times.length / ((performance.now() - started) / 1000), p50: times[times.length >> 1] }),
);
