import { isIP } from 'node:net';
import type { ChannelOptions } from '@grpc/grpc-js';

/**
 * Channel options for a `host:port` target. TLS has no server name for an IP address (RFC 6066 section 3); on the
 * loopback the `localhost` of the certificate stands for it. Anywhere else targets are DNS names.
 */
export function serverNameOptions(target: string): ChannelOptions {
  const host = target.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  const isLoopback = isIP(host) !== 0 && (host.startsWith('127.') || host === '::1');
  return isLoopback ? { 'grpc.ssl_target_name_override': 'localhost', 'grpc.default_authority': 'localhost' } : {};
}
