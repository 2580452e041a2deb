// Streamed completions over TLS, directly or after CONNECT through a proxy: `streams` at once, each on a connection that is
// open before, `times` one after the other. Argument: JSON {host, port, servername, ca, streams, times, events, intervalMs,
// authorization, proxy?: {host, port, authority, authorization}}; prints JSON {firstByteMs: [], seconds, bytes}.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import tls from 'node:tls';

const load = JSON.parse(process.argv[2]);
const ca = readFileSync(load.ca);
const BODY = JSON.stringify({
  model: 'bench',
  stream: true,
  messages: [{ role: 'user', content: JSON.stringify({ events: load.events, intervalMs: load.intervalMs }) }],
});

function tunnel() {
  if (!load.proxy) return Promise.resolve(undefined);
  const { host, port, authority, authorization } = load.proxy;
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

async function open() {
  const via = await tunnel();
  const at = via ? { socket: via } : { host: load.host, port: load.port };
  const socket = tls.connect({ ...at, servername: load.servername, ca });
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  socket.setNoDelay(true);
  return socket;
}

const firstByteMs = [];
let bytes = 0;
function stream(socket) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const request = https.request({
      method: 'POST',
      path: '/chat/completions',
      createConnection: () => socket,
      headers: {
        host: load.servername,
        authorization: load.authorization,
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
      response.once('data', () => firstByteMs.push(performance.now() - started));
      let tail = '';
      response.on('data', (chunk) => {
        bytes += chunk.length;
        tail = `${tail}${chunk.latin1Slice(Math.max(0, chunk.length - 20))}`.slice(-20);
      });
      response.once('end', () => (tail.includes('[DONE]') ? resolve() : reject(new Error('the stream was cut off'))));
    });
    request.end(BODY);
  });
}

let seconds = 0;
for (let n = 0; n < load.times; n += 1) {
  const sockets = await Promise.all(Array.from({ length: load.streams }, open));
  const started = performance.now();
  await Promise.all(sockets.map(stream));
  seconds += (performance.now() - started) / 1000;
  for (const socket of sockets) socket.destroy();
}
console.log(JSON.stringify({ firstByteMs, seconds, bytes }));
process.exit(0);
