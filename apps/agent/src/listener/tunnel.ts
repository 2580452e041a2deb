import { lookup } from 'node:dns/promises';
import { BlockList, connect, isIPv6, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { HoldshortError } from '@holdshort/errors';

const CONNECT_TIMEOUT_MS = 10_000;

/** RFC 6890 ranges: a name that resolves there would turn the agent into a way to services of the machine or the cloud. */
const inner = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  inner.addSubnet(net, bits, 'ipv4');
}
for (const [net, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['::ffff:0:0', 96],
] as const)
  inner.addSubnet(net, bits, 'ipv6');

/** Bytes both ways, unread, to a host that the setting allows; none before `record` has the tunnel on disk. */
export async function openTunnel(
  host: string,
  client: Socket,
  head: Buffer,
  record: (address: string) => Promise<unknown>,
): Promise<void> {
  const { address } = await lookup(host).catch((cause: unknown) => {
    throw new HoldshortError('upstream_unreachable', `${host} cannot be resolved.`, { cause });
  });
  if (inner.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) {
    throw new HoldshortError('host_unknown', `${host} is an address inside this network and is not let through.`);
  }
  await passThrough({ host, address, port: 443 }, { client, head, record });
}

interface Way {
  host: string;
  address: string;
  port: number;
}

interface Passenger {
  client: Socket;
  head: Buffer;
  record: (address: string) => Promise<unknown>;
}

/** @throws HoldshortError where nobody is there, or the tunnel cannot be recorded; then not a byte has passed */
export async function passThrough({ host, address, port }: Way, { client, head, record }: Passenger): Promise<void> {
  const upstream = connect({ host: address, port, timeout: CONNECT_TIMEOUT_MS });
  await new Promise<void>((resolve, reject) => {
    upstream.once('connect', resolve);
    upstream.once('timeout', () => upstream.destroy(new Error('timed out')));
    upstream.once('error', (cause) => {
      reject(new HoldshortError('upstream_unreachable', `${host} cannot be reached.`, { cause }));
    });
  });
  upstream.setTimeout(0);
  await record(address).catch((error: unknown) => {
    upstream.destroy();
    throw error;
  });
  client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
  upstream.write(head);
  await Promise.all([pipeline(client, upstream), pipeline(upstream, client)]).catch(() => {
    client.destroy();
    upstream.destroy();
  });
}
