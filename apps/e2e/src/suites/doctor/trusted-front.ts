import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createAuthority, issueLeaf } from '@holdshort/tls';

export interface TrustedFront {
  url: string;
  /** PEM of the CA that nobody trusts yet. */
  caFile: string;
  stop: () => Promise<void>;
}

/** TLS before the control plane, as a company's own load balancer with the company's own CA. */
export async function startTrustedFront(target: string, dir: string): Promise<TrustedFront> {
  const authority = await createAuthority({ commonName: 'Company CA', days: 1 });
  const leaf = await issueLeaf(authority, {
    ...{ commonName: 'localhost', names: ['localhost'], usage: ['server'], seconds: 3600 },
  });
  const caFile = path.join(dir, 'company-ca.pem');
  await writeFile(caFile, authority.certificate);
  const server = createServer({ key: leaf.privateKey, cert: leaf.certificate }, (incoming, response) => {
    const { method, headers, url } = incoming;
    const forwarded = request(new URL(url ?? '/', target), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    forwarded.once('error', () => response.writeHead(502).end());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    caFile,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
