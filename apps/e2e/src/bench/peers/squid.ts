import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { findFreePort } from '@holdshort/dev-services';
import { SERVED_NAME, type BenchAuthority } from './bench-authority.js';
import { programNamed, startServer, stopServer, type Way } from './peer.js';

const configuration = (dir: string, port: number, certgen: string, authority: BenchAuthority): string => `
http_port 127.0.0.1:${port} ssl-bump generate-host-certificates=on dynamic_cert_mem_cache_size=4MB tls-cert=${dir}/squid.pem
sslcrtd_program ${certgen} -s ${dir}/certificates -M 4MB
sslcrtd_children 1 startup=1 idle=1
acl step1 at_step SslBump1
ssl_bump peek step1
ssl_bump bump all
hosts_file ${dir}/hosts
tls_outgoing_options cafile=${authority.ca}
http_access allow all
cache deny all
cache_mem 8 MB
access_log none
cache_log ${dir}/cache.log
cache_store_log none
pid_filename ${dir}/squid.pid
coredump_dir ${dir}
shutdown_lifetime 0 seconds
client_persistent_connections on
server_persistent_connections on
netdb_filename none
pinger_enable off
visible_hostname bench
`;

/** squid that ends TLS with certificates of its own CA (ssl-bump) and starts it anew; no cache, no log. */
export async function startSquid(authority: BenchAuthority, origin: Way): Promise<Way> {
  const squid = programNamed('squid') ?? 'squid';
  const certgen = programNamed('security_file_certgen') ?? '';
  const dir = path.join(authority.dir, 'squid');
  await mkdir(dir);
  // As root squid becomes an account of its own, which must reach and write this folder
  await chmod(dir, 0o777);
  await writeFile(
    `${dir}/squid.pem`,
    `${await readFile(authority.ca, 'utf8')}\n${await readFile(authority.caKey, 'utf8')}`,
  );
  await writeFile(`${dir}/hosts`, `127.0.0.1 ${SERVED_NAME}\n`);
  await promisify(execFile)(certgen, ['-c', '-s', `${dir}/certificates`, '-M', '4MB']);
  await promisify(execFile)('chmod', ['-R', 'a+rwX', `${dir}/certificates`]);
  const port = await findFreePort();
  await writeFile(`${dir}/squid.conf`, configuration(dir, port, certgen, authority));
  const child = await startServer([squid, '-N', '-f', `${dir}/squid.conf`], port);
  return {
    name: 'squid ssl-bump',
    host: '127.0.0.1',
    port,
    servername: SERVED_NAME,
    ca: authority.ca,
    proxy: { host: '127.0.0.1', port, authority: `${SERVED_NAME}:${origin.port}` },
    ...(child.pid === undefined ? {} : { pid: child.pid }),
    stop: () => stopServer(child),
  };
}
