import { readFileSync } from 'node:fs';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { Pool } from 'undici';
import { HoldshortError } from '@holdshort/errors';

/** Idle connections are closed before GitHub's load balancers do it (about 60 s), to avoid a race on reuse. */
const KEEP_ALIVE_MS = 30_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** Git on a big repository is silent for minutes while the server counts objects. */
const SILENCE_MS = 600_000;
/** An answer of a model, and what an MCP server says by itself, holds one for minutes. */
const CONNECTIONS_PER_HOST = 256;

export interface UpstreamOptions {
  /** host -> URL that serves it instead */
  map: unknown;
  caFile: string | undefined;
}

/** One connection pool per governed host; TLS is always verified against the host's own name. */
export class Upstreams {
  readonly #pools = new Map<string, Pool>();
  readonly #map: ReadonlyMap<string, URL>;
  /** Shared by all connections: reading the CAs anew for each costs more than the handshake. */
  readonly #trust: SecureContext;

  constructor(options: UpstreamOptions) {
    this.#map = readMap(options.map);
    const own = options.caFile;
    this.#trust = createSecureContext(own ? { ca: [...rootCertificates, readFileSync(own, 'utf8')] } : {});
  }

  pool(host: string): Pool {
    let pool = this.#pools.get(host);
    if (!pool) {
      pool = this.#open(host);
      this.#pools.set(host, pool);
    }
    return pool;
  }

  #open(host: string): Pool {
    const origin = this.#map.get(host) ?? new URL(`https://${host}`);
    return new Pool(origin.origin, {
      connections: CONNECTIONS_PER_HOST,
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: SILENCE_MS,
      bodyTimeout: SILENCE_MS,
      connect: { timeout: CONNECT_TIMEOUT_MS, servername: host, secureContext: this.#trust },
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy()));
  }
}

function readMap(value: unknown): Map<string, URL> {
  const wrong = (): HoldshortError =>
    new HoldshortError('request_malformed', 'HOLDSHORT_UPSTREAMS must be a JSON object from host names to https URLs.');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong();
  return new Map(
    Object.entries(value).map(([host, text]) => {
      const url = typeof text === 'string' ? URL.parse(text) : null;
      if (url?.protocol !== 'https:') throw wrong();
      return [host.toLowerCase(), url];
    }),
  );
}
