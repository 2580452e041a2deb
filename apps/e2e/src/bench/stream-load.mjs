// Streamed completions over TLS, directly or after CONNECT through a proxy, in turns: `times` over, of each way `streams` at
// once, each on a connection that is open before: a new one, or with `keep` the same all the time. Argument: JSON {servername,
// streams, times, events, intervalMs, keep, ways: {NAME: {host, port, ca, authorization, proxy?: {host, port, authority,
// authorization}}}}; prints JSON {NAME: [{firstByteMs: [], seconds, bytes}]},
// for each of the `times` one.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import tls from 'node:tls';

const load = JSON.parse(process.argv[2]);
const BODY = JSON.stringify({
  model: 'bench',
  stream: true,
  messages: [{ role: 'user', content: JSON.stringify({ events: load.events, intervalMs: load.intervalMs }) }],
});

function tunnel(proxy) {
  if (!proxy) return Promise.resolve(undefined);
  const { host, port, authority, authorization } = proxy;
  return new Promise((resolve, reject) => {
    const connect = http.request({
      host,
      port,
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, 'proxy-authorization': authorization },
    });
    connect.once('error', reject);
    connect.once('connect', (response, socket) =>
      response.statusCode === 200 ? resolve(socket) : reject(new Error(`CONNECT: ${response.statusCode}`)),
    );
    connect.end();
  });
}

async function open({ host, port, ca, proxy }) {
  const via = await tunnel(proxy);
  const at = via ? { socket: via } : { host, port };
  const socket = tls.connect({ ...at, servername: load.servername, ca: readFileSync(ca) });
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  socket.setNoDelay(true);
  const agent = new https.Agent({ keepAlive: true });
  agent.createConnection = () => socket;
  return { agent, socket };
}

function stream(agent, { authorization }, seen) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const request = https.request({
      method: 'POST',
      path: '/chat/completions',
      agent,
      headers: {
        host: load.servername,
        authorization,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(BODY),
      },
    });
    request.once('error', reject);
    request.once('response', (response) => {
      if (response.statusCode !== 200) {
        let said = '';
        response.on('data', (chunk) => (said += chunk));
        response.once('end', () => reject(new Error(`status ${response.statusCode}: ${said}`)));
        return;
      }
      response.once('data', () => seen.firstByteMs.push(performance.now() - started));
      let tail = '';
      response.on('data', (chunk) => {
        seen.bytes += chunk.length;
        tail = `${tail}${chunk.latin1Slice(Math.max(0, chunk.length - 20))}`.slice(-20);
      });
      response.once('end', () => (tail.includes('[DONE]') ? resolve() : reject(new Error('the stream was cut off'))));
    });
    request.end(BODY);
  });
}

const openAll = (way) => Promise.all(Array.from({ length: load.streams }, () => open(way)));

async function once({ way, kept, measured }) {
  const connections = kept ?? (await openAll(way));
  const seen = { firstByteMs: [], seconds: 0, bytes: 0 };
  const started = performance.now();
  await Promise.all(connections.map(({ agent }) => stream(agent, way, seen)));
  seen.seconds = (performance.now() - started) / 1000;
  measured.push(seen);
  if (!kept) for (const { socket } of connections) socket.destroy();
}

const sides = {};
for (const [name, way] of Object.entries(load.ways))
  sides[name] = { way, kept: load.keep ? await openAll(way) : undefined, measured: [] };
for (let n = 0; n < load.times; n += 1) for (const side of Object.values(sides)) await once(side);
console.log(JSON.stringify(Object.fromEntries(Object.entries(sides).map(([name, { measured }]) => [name, measured]))));
process.exit(0);
