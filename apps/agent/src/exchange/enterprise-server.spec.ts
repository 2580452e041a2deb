import type { Exchange } from './exchange.js';
import { apiAt, asAtGithub, pathAtServer, readServers, staysHere } from './enterprise-server.js';

const SERVER = 'ghes.corp.example';

describe('a call to a GitHub Enterprise Server', () => {
  it.each([
    [
      '/acme/app.git/info/refs?service=git-upload-pack',
      'github.com',
      '/acme/app.git/info/refs?service=git-upload-pack',
    ],
    ['/api/v3', 'api.github.com', '/'],
    ['/api/v3?x=1', 'api.github.com', '/?x=1'],
    ['/api/v3/repos/acme/app?x=1', 'api.github.com', '/repos/acme/app?x=1'],
    ['/api/graphql', 'api.github.com', '/graphql'],
    [
      '/api/uploads/repos/acme/app/releases/1/assets?name=a',
      'uploads.github.com',
      '/repos/acme/app/releases/1/assets?name=a',
    ],
  ])('%s is routed as on %s', (url, host, path) => {
    expect(asAtGithub(SERVER, url)).toEqual({ host, url: path });
    const there = pathAtServer(host, path);
    expect(there === '/api/v3/' ? '/api/v3' : there.replace('/v3/?', '/v3?')).toBe(url);
  });

  it.each([
    '/api',
    '/api/v4/user',
    '/api/graphql2',
    '/API/v3/user',
    '/%61pi/v3/user',
    '//api/v3/user',
    '/api/v3x',
    '/api%',
  ])('%s is known nowhere', (url) => {
    expect(asAtGithub(SERVER, url).host).toBe(SERVER);
  });

  it('asks the interface of that server and of no other', () => {
    expect(apiAt(SERVER, '/repos/acme/app')).toEqual({ host: SERVER, path: '/api/v3/repos/acme/app' });
    expect(apiAt(undefined, '/repos/acme/app')).toEqual({ host: 'api.github.com', path: '/repos/acme/app' });
  });

  it('is followed on the host by an address of the interface only, never by one that is a credential', () => {
    const call = { operation: { host: SERVER }, server: SERVER } as Exchange;
    const stays = (url: string) => staysHere(call, new URL(url));
    expect(stays(`https://${SERVER}/api/v3/repositories/1`)).toBe(true);
    for (const url of [
      `https://${SERVER}/storage/lfs/1/objects?token=x`,
      `https://${SERVER}/api/v3/repos/acme/app/tarball?token=x`,
      `http://${SERVER}/api/v3/repositories/1`,
      'https://github.com/api/v3/x',
    ])
      expect([url, stays(url)]).toEqual([url, false]);
  });
});

describe('the list of servers', () => {
  it('is of plain names, in lower case', () => {
    expect(readServers(['GHES.Corp.Example'])).toEqual([SERVER]);
  });

  it.each([
    'github.com',
    'api.github.com',
    'x.ghe.com',
    'https://ghes.corp.example',
    '10.0.0.1',
    'ghes',
    '*.corp.example',
    '',
  ])('refuses %j', (entry) => {
    expect(() => readServers([entry])).toThrow('is no host name of a GitHub Enterprise Server');
  });
});
