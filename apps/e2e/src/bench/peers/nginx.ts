import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findFreePort } from '@holdshort/dev-services';
import { SERVED_NAME, type BenchAuthority } from './bench-authority.js';
import { programNamed, startServer, stopServer, type Way } from './peer.js';

/** What GitHub answers to `GET /repos/O/R` is about that large. */
const BODY = JSON.stringify({ full_name: 'acme/app', filler: 'x'.repeat(2000) });

const common = (dir: string): string => `
daemon off; ${process.getuid?.() === 0 ? 'user root;' : ''} worker_processes 1; pid ${dir}/nginx.pid; error_log ${dir}/error.log;
events { worker_connections 1024; }`;

const http = (dir: string): string => `
  access_log off; keepalive_timeout 300s; keepalive_requests 1000000000; default_type application/json;
  client_body_temp_path ${dir}/body; proxy_temp_path ${dir}/proxy; fastcgi_temp_path ${dir}/fastcgi;
  uwsgi_temp_path ${dir}/uwsgi; scgi_temp_path ${dir}/scgi;`;

const listen = (port: number, { certificate, key }: BenchAuthority): string =>
  `listen 127.0.0.1:${port} ssl; ssl_certificate ${certificate}; ssl_certificate_key ${key};`;

async function startNginx(name: string, authority: BenchAuthority, server: (port: number) => string): Promise<Way> {
  const nginx = programNamed('nginx') ?? 'nginx';
  const dir = path.join(authority.dir, name);
  await mkdir(dir, { recursive: true });
  const port = await findFreePort();
  const config = path.join(dir, 'nginx.conf');
  await writeFile(config, `${common(dir)}\nhttp {${http(dir)}\n${server(port)}\n}\n`);
  const child = await startServer([nginx, '-p', dir, '-c', config, '-e', `${dir}/error.log`], port);
  return {
    name,
    host: '127.0.0.1',
    port,
    servername: SERVED_NAME,
    ca: authority.ca,
    ...(child.pid === undefined ? {} : { pid: child.pid }),
    stop: () => stopServer(child),
  };
}

/** A TLS server that answers 2 kB of JSON to everything: what is measured is the way to it. */
export const startNginxOrigin = (authority: BenchAuthority): Promise<Way> =>
  startNginx(
    'direct',
    authority,
    (port) => `server { ${listen(port, authority)} location / { return 200 '${BODY}'; } }`,
  );

/** TLS in, TLS out, connections kept; nothing is read, nothing is recorded. */
export const startNginxProxy = (authority: BenchAuthority, origin: Way): Promise<Way> =>
  startNginx(
    'nginx',
    authority,
    (port) => `
  upstream origin { server 127.0.0.1:${origin.port}; keepalive 64; keepalive_requests 1000000000; }
  server { ${listen(port, authority)} location / {
    proxy_pass https://origin; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host;
    proxy_ssl_server_name on; proxy_ssl_name ${SERVED_NAME}; proxy_ssl_verify on; proxy_ssl_trusted_certificate ${authority.ca};
  } }`,
  );
