// Load on one URL over N keep-alive TLS connections, directly or after CONNECT through a proxy. The client does as little
// as it can (one request text, answers counted by their length), so that it does not become what is measured.
// Argument: JSON {host, port, servername, path, ca, connections, seconds, proxy?: {host, port, authorization?}}; prints JSON.
import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';

const load = JSON.parse(process.argv[2]);
const authority = (load.proxy?.authority ?? load.servername).replace(/:443$/, '');
const ca = readFileSync(load.ca);
const secureContext = tls.createSecureContext({ ca });
const REQUEST = `GET ${load.path} HTTP/1.1\r\nhost: ${authority}\r\nuser-agent: bench\r\naccept: */*\r\n\r\n`;

const connectRequest = ({ authority, authorization }) =>
  `CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n${authorization ? `proxy-authorization: ${authorization}\r\n` : ''}\r\n`;

function tunnel(proxy) {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ ...proxy, noDelay: true }, () => socket.write(connectRequest(proxy)));
    socket.once('error', reject);
    socket.once('data', (head) => {
      const line = head.toString('latin1').split('\r\n')[0];
      if (/ 200 /.test(line)) resolve(socket);
      else reject(new Error(`CONNECT: ${line}`));
    });
  });
}

async function open() {
  const via = load.proxy ? { socket: await tunnel(load.proxy) } : { host: load.host, port: load.port, noDelay: true };
  const servername = net.isIP(load.servername) ? '' : load.servername;
  const socket = tls.connect({
    ...via,
    servername,
    secureContext,
    ...(servername ? {} : { checkServerIdentity: () => undefined }),
  });
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  return socket;
}

/** Bytes of the answer that begins in `text`, or undefined while its head is not whole. */
function lengthOf(text) {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = text.slice(0, end);
  if (!/^HTTP\/1\.1 200 /.test(head)) throw new Error(text.slice(0, 500));
  const length = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (!length) throw new Error(`no content-length: ${head}`);
  return end + 4 + Number(length[1]);
}

const times = [];
function connection(socket, until) {
  return new Promise((resolve, reject) => {
    let started = 0;
    let chunks = [];
    let got = 0;
    let wanted;
    const ask = () => {
      chunks = [];
      got = 0;
      wanted = undefined;
      started = performance.now();
      socket.write(REQUEST);
    };
    socket.on('data', (chunk) => {
      got += chunk.length;
      if (wanted === undefined) {
        chunks.push(chunk);
        try {
          wanted = lengthOf(
            chunks.length === 1
              ? chunk.latin1Slice(0, Math.min(chunk.length, 4096))
              : Buffer.concat(chunks).toString('latin1'),
          );
        } catch (error) {
          reject(error);
          return;
        }
      }
      if (wanted === undefined || got < wanted) return;
      const now = performance.now();
      times.push(now - started);
      if (now < until) ask();
      else resolve(socket.destroy());
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the connection was closed')));
    ask();
  });
}

const sockets = await Promise.all(Array.from({ length: load.connections }, open));
const started = performance.now();
await Promise.all(sockets.map((socket) => connection(socket, started + load.seconds * 1000)));
const elapsed = (performance.now() - started) / 1000;
times.sort((a, b) => a - b);
const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
console.log(JSON.stringify({ perSecond: times.length / elapsed, p50: at(0.5), p99: at(0.99) }));
