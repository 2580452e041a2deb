import { createHash, randomBytes } from 'node:crypto';
import { Harness, type Answer } from './testing/harness.js';
import { GIST } from './world/side-repositories.js';

// Contract: wikis, gists and the container registry answer as GitHub does, to stock git and to the OCI protocol.
describe('the stand-in beside its repositories', () => {
  let harness: Harness;
  let token: string;

  beforeAll(async () => {
    harness = await Harness.start();
    token = await harness.token();
  });
  afterAll(() => harness.close());

  describe('wikis', () => {
    it('are cloned and pushed to by git, and read as raw pages', async () => {
      const clone = await harness.clone('acme/app.wiki', token, 'wiki');
      expect((await harness.git(clone, 'log', '--format=%s', 'master')).stdout).toBe('First page\n');
      await harness.commit(clone, { 'Setup.md': 'How to set up\n', '.github/workflows/x.yml': 'no workflow here\n' });
      const narrow = await harness.token({ repositories: ['app'], permissions: { contents: 'write' } });
      const pushed = await harness.git(clone, 'push', harness.remote('acme/app.wiki', narrow), 'HEAD:master');
      expect(pushed).toMatchObject({ status: 0 });
      const page = await harness.call('GET', '/wiki/acme/app/Setup.md', { host: 'raw.githubusercontent.com', token });
      expect([page.status, page.text]).toEqual([200, 'How to set up\n']);
      expect(Object.keys(await harness.control('GET', '/refs/acme/app'))).not.toContain('refs/heads/master');
    });

    it.each([
      ['other/private.wiki', 'Repository not found.'],
      ['acme/nothing.wiki', 'Repository not found.'],
    ])('are hidden with their repository: %s', async (name, words) => {
      const ran = await harness.git(harness.folder, 'ls-remote', harness.remote(name, token));
      expect(ran.status).toBe(128);
      expect(ran.stderr).toContain(words);
    });

    it('take no push from a token that only reads', async () => {
      const reading = await harness.token({ permissions: { contents: 'read' } });
      const clone = await harness.clone('acme/app.wiki', reading, 'reading');
      await harness.commit(clone, { 'No.md': 'no\n' });
      const ran = await harness.git(clone, 'push', 'origin', 'HEAD:master');
      expect(ran.stderr).toContain('Write access to repository not granted.');
    });
  });

  describe('gists', () => {
    const remote = `https://gist.github.com/${GIST.id}.git`;

    it('are cloned by git and read as raw files', async () => {
      const ran = await harness.git(
        harness.folder,
        ...harness.through('gist.github.com', token),
        'clone',
        '-q',
        remote,
        'gist',
      );
      expect(ran).toMatchObject({ status: 0 });
      const file = await harness.call('GET', `/alice/${GIST.id}/raw/hello.txt`, { host: 'gist.githubusercontent.com' });
      expect([file.status, file.text]).toEqual([200, 'hello\n']);
    });

    it('take no push from an installation', async () => {
      await harness.commit(`${harness.folder}/gist`, { 'hello.txt': 'changed\n' });
      const ran = await harness.git(
        `${harness.folder}/gist`,
        ...harness.through('gist.github.com', token),
        'push',
        'origin',
        'HEAD',
      );
      expect(ran.status).toBe(128);
      expect(ran.stderr).toContain(`Permission to ${GIST.id}.git denied to holdshort[bot].`);
    });
  });

  describe('ghcr.io', () => {
    const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    const call = (method: string, path: string, raw?: Buffer, as = token, type?: string): Promise<Answer> =>
      harness.call(method, path, {
        host: 'ghcr.io',
        ...(as === '' ? {} : { token: base64(as) }),
        ...(raw ? { raw } : {}),
        ...(type === undefined ? {} : { headers: { 'content-type': type } }),
      });
    const layer = randomBytes(300_000);

    async function pushBlob(name: string, bytes: Buffer): Promise<void> {
      const started = await call('POST', `/v2/${name}/blobs/uploads/`);
      expect(started.status).toBe(202);
      const first = await call('PATCH', String(started.headers['location']), bytes.subarray(0, 1000));
      expect([first.status, first.headers['range']]).toEqual([202, `0-${String(Math.min(bytes.length, 1000) - 1)}`]);
      const address = `${String(first.headers['location'])}?digest=${digestOf(bytes)}`;
      expect(await call('PUT', address, bytes.subarray(1000))).toMatchObject({ status: 201 });
    }

    it('hands the token out again, and challenges who brings none', async () => {
      const given = await harness.call('GET', '/token?service=ghcr.io&scope=repository:acme/app:pull', {
        host: 'ghcr.io',
        headers: { authorization: `Basic ${base64(`x:${token}`)}` },
      });
      expect(given.json).toEqual({ token: base64(token) });
      const refused = await call('GET', '/v2/acme/app/tags/list', undefined, '');
      expect([refused.status, refused.headers['www-authenticate'], refused.json]).toEqual([
        401,
        'Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:acme/app:pull"',
        { errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] },
      ]);
      // a token as it is, not in base64, is none
      expect((await harness.call('GET', '/v2/', { host: 'ghcr.io', token })).status).toBe(401);
    });

    it('takes an image in parts and gives it back, blobs by a signed address elsewhere', async () => {
      const config = Buffer.from('{}');
      await pushBlob('acme/app', layer);
      await pushBlob('acme/app', config);
      const manifest = Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: MANIFEST,
          config: { digest: digestOf(config) },
          layers: [{ digest: digestOf(layer) }],
        }),
      );
      expect((await call('PUT', '/v2/acme/app/manifests/v1', manifest, token, MANIFEST)).status).toBe(201);
      const read = await call('GET', '/v2/acme/app/manifests/v1');
      expect([read.text, read.headers['docker-content-digest']]).toEqual([manifest.toString(), digestOf(manifest)]);
      expect((await call('GET', '/v2/acme/app/tags/list')).json).toEqual({ name: 'acme/app', tags: ['v1'] });
      const head = await call('HEAD', `/v2/acme/app/blobs/${digestOf(layer)}`);
      expect([head.status, head.headers['content-length']]).toEqual([200, String(layer.length)]);
      const redirect = await call('GET', `/v2/acme/app/blobs/${digestOf(layer)}`);
      const address = new URL(String(redirect.headers['location']));
      expect([redirect.status, address.host]).toEqual([307, 'pkg-containers.githubusercontent.com']);
      const blob = await harness.call('GET', address.pathname + address.search, { host: address.host });
      expect([blob.status, blob.headers['content-length']]).toEqual([200, String(layer.length)]);
    });

    it('mounts a blob of another image of the same owner', async () => {
      const mounted = await call('POST', `/v2/acme/tools/blobs/uploads/?mount=${digestOf(layer)}&from=acme/app`);
      expect([mounted.status, mounted.headers['location']]).toEqual([201, `/v2/acme/tools/blobs/${digestOf(layer)}`]);
    });

    it('refuses as ghcr.io does', async () => {
      const reading = await harness.token({ permissions: { packages: 'read' } });
      const denied = await call('POST', '/v2/acme/app/blobs/uploads/', undefined, reading);
      expect([denied.status, denied.json]).toEqual([
        403,
        { errors: [{ code: 'DENIED', message: 'permission_denied: write_package' }] },
      ]);
      expect((await call('GET', '/v2/other/app/tags/list')).status).toBe(403);
      const lacking = Buffer.from(JSON.stringify({ layers: [{ digest: digestOf(Buffer.from('x')) }] }));
      expect((await call('PUT', '/v2/acme/app/manifests/v2', lacking)).json).toMatchObject({
        errors: [{ code: 'MANIFEST_BLOB_UNKNOWN' }],
      });
      const started = await call('POST', '/v2/acme/app/blobs/uploads/');
      const wrong = `${String(started.headers['location'])}?digest=${digestOf(Buffer.from('y'))}`;
      expect((await call('PUT', wrong, Buffer.from('z'))).json).toMatchObject({ errors: [{ code: 'DIGEST_INVALID' }] });
      expect((await call('DELETE', '/v2/acme/app/manifests/v1')).status).toBe(405);
      expect((await call('GET', '/v2/_catalog')).status).toBe(501);
    });
  });
});
