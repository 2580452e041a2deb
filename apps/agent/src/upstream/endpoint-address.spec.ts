import { endpointAddress, endpointDestination } from './endpoint-address.js';

const ENDPOINT = 'http://127.0.0.1:7403';

describe('addresses of the endpoint', () => {
  it.each([
    ['/git/acme/app.git/info/refs?service=x', 'https://github.com/acme/app.git/info/refs?service=x'],
    ['/api/v3/repos/acme/app', 'https://api.github.com/repos/acme/app'],
    [
      '/api/uploads/repos/acme/app/releases/1/assets?name=a',
      'https://uploads.github.com/repos/acme/app/releases/1/assets?name=a',
    ],
    ['/raw/acme/app/main/a', 'https://raw.githubusercontent.com/acme/app/main/a'],
    ['/cap/abc', 'https://objects.githubusercontent.com/holdshort-cap/abc'],
  ])('%s is %s, both ways', (local, github) => {
    const url = new URL(github);
    expect(endpointDestination(local)).toEqual({ host: url.host, url: `${url.pathname}${url.search}` });
    expect(endpointAddress(url, ENDPOINT)).toBe(`${ENDPOINT}${local}`);
  });

  it('has no address for other hosts and leads to none from other paths', () => {
    expect(endpointAddress(new URL('https://codeload.github.com/a'), ENDPOINT)).toBeUndefined();
    expect(endpointAddress(new URL('https://objects.githubusercontent.com/a'), ENDPOINT)).toBeUndefined();
    for (const url of ['/', '/gitx', '/api/v4/', '/cap']) expect(endpointDestination(url)).toBeUndefined();
  });
});
