// A bare TLS server that answers 2 KB of JSON to everything: what is measured is the way to it. Arguments: key, certificate.
import { readFileSync } from 'node:fs';
import https from 'node:https';

const [, , key, cert] = process.argv;
const body = JSON.stringify({ full_name: 'acme/app', filler: 'x'.repeat(2000) });
const server = https.createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
