/**
 * Requests that are refused whatever policy says, because two readers could take them for two different calls or
 * because they lead away from the agent. The list is the interface: `docs/reference/http-safety.md` is generated
 * from it, and `http-safety.medium.spec.ts` sends each one to the real servers.
 */
export interface RefusedRequest {
  /** What is sent. */
  request: string;
  /** What could go wrong if it passed. */
  because: string;
  /** Which part refuses it: node's own parser, the listener, a step of the pipeline, or the classifier. */
  by: 'parser' | 'listener' | 'step' | 'classifier';
  /** Reason code in the refusal and in its event. */
  reason: string;
}

const malformed = 'request_malformed';

export const REFUSED_REQUESTS = {
  'cl-with-te': row('Content-Length together with Transfer-Encoding', 'request smuggling', 'parser'),
  'cl-twice': row('Content-Length twice, equal or not', 'request smuggling', 'parser'),
  'cl-not-a-number': row('Content-Length that is not digits', 'request smuggling', 'parser'),
  'te-not-chunked': row('Transfer-Encoding other than exactly "chunked"', 'request smuggling', 'listener'),
  'te-in-1.0': row('Transfer-Encoding in an HTTP/1.0 request', 'request smuggling', 'listener'),
  'bad-chunk': row('a chunk whose size is not hexadecimal', 'request smuggling', 'parser'),
  'bare-lf': row('lines that end in LF without CR', 'request smuggling', 'parser'),
  'obs-fold': row('a header continued on the next line', 'a header hidden from one reader', 'parser'),
  'space-before-colon': row('a space between header name and colon', 'a header hidden from one reader', 'parser'),
  'nul-in-header': row('NUL or another control character in a header', 'a header cut short by one reader', 'parser'),
  'nul-in-path': row('a raw control character in the path', 'a path cut short by one reader', 'parser'),
  'encoded-nul-in-path': row('an encoded control character in the path', 'a path cut short', 'classifier'),
  'head-too-large': row('a request head over 16 KiB', 'memory', 'parser', 'request_too_large'),
  'body-too-large': row('a body over the limit of its kind', 'memory', 'step', 'request_too_large'),
  'not-http': row('bytes that are not HTTP/1.1', 'nothing in them can be judged', 'parser'),
  'http2-preface': row('the HTTP/2 preface on an HTTP/1.1 connection', 'requests that nobody reads', 'parser'),
  'h2c-upgrade': row('Upgrade (h2c, websocket)', 'requests that nobody reads', 'step'),
  'connect-inside': row('CONNECT inside the TLS connection or to the endpoint', 'bytes that nobody reads', 'listener'),
  'plain-proxy': row('a plain http:// request to the proxy', 'a credential in clear text', 'listener'),
  'host-missing': row('no Host header', 'one rule asked, another host reached', 'listener'),
  'host-twice': row('Host twice', 'one rule asked, another host reached', 'listener'),
  'host-trailing-dot': row('Host with a trailing dot', 'a name that one reader does not recognise', 'listener'),
  'host-userinfo': row('Host or CONNECT with user information', 'one rule asked, another host reached', 'listener'),
  'host-disagrees': row('Host other than CONNECT', 'one rule asked, another host reached', 'listener'),
  'sni-disagrees': row('SNI other than CONNECT', 'one rule asked, another host reached', 'listener'),
  'sni-missing': row('no SNI', 'one rule asked, another host reached', 'listener'),
  'absolute-form': row('a request target that is not a path', 'one rule asked, another host reached', 'listener'),
  'header-twice': row(
    'Authorization, Content-Type, Content-Encoding or Transfer-Encoding twice',
    'two readers choose differently',
    'listener',
  ),
  expect: row('Expect other than 100-continue', 'an answer that belongs to no request', 'listener'),
  pipelined: row('a request before the answer to the one before', 'answers told apart wrongly', 'listener'),
  'method-unknown': row('a method that GitHub does not use', 'another effect than the one judged', 'step'),
  'method-override': row(
    'X-HTTP-Method-Override and its kin, `_method` in the query',
    'another effect than the one judged',
    'step',
  ),
  'path-override': row('X-Original-URL, X-Rewrite-URL', 'another effect than the one judged', 'step'),
  'token-in-query': row('a credential in the query', 'a credential that nobody issued', 'step', 'foreign_credential'),
  'encoded-slash': row('an encoded slash in owner or repository', 'another repository is meant', 'classifier'),
  'dot-segments': row('`.`, `..` or empty segments in the path', 'another path is meant', 'classifier'),
  'double-encoding': row('owner or repository in percent-encoded text', 'another repository is meant', 'classifier'),
  'body-not-json': row('a body that is not JSON on a call that takes JSON', 'contents that nobody judged', 'step'),
  'content-type': row('a body whose Content-Type is not JSON', 'contents read in another way', 'step'),
  'content-encoding': row('a compressed body on an API call', 'contents that nobody judged', 'step'),
  'json-twice': row('JSON with one name twice in an object', 'the first is judged, the second obeyed', 'step'),
  'not-utf8': row('a body that is not UTF-8', 'contents read in another way', 'step'),
  'body-on-get': row('a body on GET or HEAD', 'a request hidden in a body', 'step'),
} as const satisfies Record<string, RefusedRequest>;

export type RefusedRequestId = keyof typeof REFUSED_REQUESTS;

function row(request: string, because: string, by: RefusedRequest['by'], reason: string = malformed): RefusedRequest {
  return { request, because, by, reason };
}
