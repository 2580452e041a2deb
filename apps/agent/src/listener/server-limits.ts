import type http from 'node:http';
import type https from 'node:https';

/** A slow client may take this long for a request head; also how long an idle connection is kept. */
const HEADERS_TIMEOUT_MS = 60_000;

/** Long pushes and clones are normal here, so a body may take any time and only the head is timed. */
export function onlyHeadsAreTimed(server: http.Server | https.Server): void {
  server.requestTimeout = 0;
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.keepAliveTimeout = HEADERS_TIMEOUT_MS;
}
