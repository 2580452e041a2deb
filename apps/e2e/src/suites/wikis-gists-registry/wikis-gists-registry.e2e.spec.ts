import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execute, said } from '../../harness/execute.js';
import { calls, Stack, type StoredEvent } from '../../harness/stack.js';

const WIKI = 'https://github.com/acme/app.wiki.git';
const GIST = '5e2f8a6c1b0d4973a8f4c2e19b7d6053';
const HUMAN = ['--human'];
const COMMIT = 'git -c user.email=a@b -c user.name=a commit -qm change';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const hasSkopeo = (await execute(['sh', '-c', 'skopeo --version'])).code === 0;
if (!hasSkopeo)
  process.stderr.write(
    'SKIPPED: skopeo is not installed (Debian package skopeo), so no real registry client is tried\n',
  );
const describeSkopeo = hasSkopeo ? describe : describe.skip;

const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

describe('wikis, gists and the container registry', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await Stack.start();
    await stack.signIn('alice', 'bob', 'sam');
  }, 180_000);
  afterAll(() => stack.stop());

  const script = (text: string, flags?: string[]) =>
    stack.script('alice', text, { cwd: stack.dir, ...(flags ? { flags } : {}) });

  /** Events of one operation, once its last is there. */
  const eventsOf = async (operation: string, outcome: string): Promise<StoredEvent[]> => {
    const own = (all: StoredEvent[]) => calls(all).filter(({ request }) => request?.operation === operation);
    return own(await stack.events((all) => own(all).some((event) => event.outcome === outcome)));
  };

  describe('wikis', () => {
    it('are cloned and pushed to by git; the push is read, and recorded as a change of the wiki alone', async () => {
      const before = await stack.refs('acme/app');
      const ran = await script(
        `git clone -q ${WIKI} wiki && cd wiki && echo new > Setup.md && git add . && ${COMMIT} && git push -q origin HEAD:master`,
      );
      expect(said(ran)).toBe('ok');
      const [attempt, outcome] = await eventsOf('git/wiki-receive-pack', 'success');
      expect([attempt?.phase, outcome?.phase, outcome?.request?.intents]).toEqual([
        'attempt',
        'outcome',
        ['wiki.write'],
      ]);
      expect(outcome?.target).toMatchObject({ repo: 'acme/app' });
      expect(outcome?.target?.ref).toBeUndefined();
      expect(outcome?.push).toMatchObject([{ ref: 'refs/heads/master', kind: 'update', commits: 1, result: 'ok' }]);
      expect(outcome?.lease).toMatchObject({
        permissions: { contents: 'write', metadata: 'read' },
        repositories: ['acme/app'],
      });
      expect(outcome?.decision).toMatchObject({ effect: 'allow', rules: ['eng-wikis'] });
      expect(await stack.refs('acme/app')).toEqual(before);
    });

    it('may have a branch main, which is not the one of the repository', async () => {
      const before = await stack.refs('acme/app');
      const ran = await script('cd wiki && git push -q origin HEAD:main && git push -q --force origin HEAD~1:main');
      expect(said(ran)).toBe('ok');
      expect(await stack.refs('acme/app')).toEqual(before);
      const refused = await script('cd wiki && git push --force https://github.com/acme/app.git HEAD:main');
      expect(refused.code).toBe(1);
      expect(refused.text).toContain('deny-assistant-protected');
    });

    it('are pushed to over the endpoint, new pages with their paths', async () => {
      const ran = await script(
        `unset HTTPS_PROXY https_proxy; git -c http.https://github.com/.proxy= clone -q $HOLDSHORT_AGENT_ENDPOINT/git/acme/app.wiki.git by-endpoint && cd by-endpoint && git checkout -q --orphan fresh && git rm -rqf . && echo x > Only.md && git add . && ${COMMIT} && git push -q origin HEAD:fresh`,
      );
      expect(said(ran)).toBe('ok');
      const events = await stack.events((all) => all.some(({ push }) => push?.[0]?.ref === 'refs/heads/fresh'));
      const [created] = events.flatMap(({ push, phase }) => (phase === 'outcome' ? (push ?? []) : [])).slice(-1);
      expect(created).toMatchObject({ ref: 'refs/heads/fresh', kind: 'create', paths: ['Only.md'], result: 'ok' });
    });

    it('give their pages as raw files', async () => {
      const ran = await script('curl -sSf https://raw.githubusercontent.com/wiki/acme/app/Setup.md');
      expect([said(ran), ran.stdout]).toEqual(['ok', 'new\n']);
    });

    it.each([
      ['a public repository', 'acme/site', 'git push'],
      ['a repository of others', 'other/private', 'git clone'],
    ])('of %s are refused before GitHub sees it', async (_case, name, what) => {
      const since = await stack.lastRequest();
      const url = `https://github.com/${name}.wiki.git`;
      const ran =
        what === 'git push'
          ? await script(`cd wiki && git push --force ${url} HEAD:master`)
          : await script(`git clone ${url} no`);
      expect(ran.code).not.toBe(0);
      expect(ran.text).toContain('holdshort: refused');
      const reached = (await stack.requests(since)).filter(
        ({ host, path: asked }) => host === 'github.com' && /git-(receive|upload)-pack/.test(asked),
      );
      expect(reached).toEqual([]);
    });
  });

  describe('gists', () => {
    it('are cloned and read, as a part of the account', async () => {
      const ran = await script(
        `git clone -q https://gist.github.com/${GIST}.git gist && cat gist/hello.txt && git ls-remote git@gist.github.com:alice/${GIST}.git && curl -sSf https://gist.githubusercontent.com/alice/${GIST}/raw/hello.txt`,
      );
      expect(said(ran)).toBe('ok');
      expect(ran.stdout.match(/hello\n/g)).toHaveLength(2);
      const [event] = await eventsOf('git/gist-upload-pack', 'success');
      expect(event?.request).toMatchObject({ surface: 'git', intents: ['account.read'] });
    });

    it('are not pushed to: GitHub lets no installation do so, and says it to git', async () => {
      const since = await stack.lastRequest();
      const ran = await script(`cd gist && echo x > hello.txt && git add . && ${COMMIT} && git push origin HEAD`);
      expect(ran.code).toBe(128);
      expect(ran.text).toContain(`Permission to ${GIST}.git denied to holdshort[bot].`);
      const reached = (await stack.requests(since)).filter(({ host }) => host === 'gist.github.com');
      expect(reached.map(({ method, status }) => [method, status])).toEqual([['GET', 403]]);
    });

    it('are not written by a push that leaves out to ask', async () => {
      const since = await stack.lastRequest();
      const line = `${'1'.repeat(40)} ${'0'.repeat(40)} refs/heads/main\0report-status`;
      await writeFile(stack.workFile('deletion'), `${(line.length + 4).toString(16).padStart(4, '0')}${line}0000`);
      const ran = await script(
        `curl -sS --data-binary @deletion -H 'Content-Type: application/x-git-receive-pack-request' https://gist.github.com/${GIST}.git/git-receive-pack`,
        HUMAN,
      );
      expect(ran.stdout).toMatch(/ng refs\/heads\/main /);
      expect((await stack.requests(since)).filter(({ host }) => host === 'gist.github.com')).toEqual([]);
      const events = await eventsOf('git/gist-receive-pack', 'refused');
      expect(events.at(-1)?.request?.intents).toEqual(['gist.write']);
    });
  });

  describe('ghcr.io', () => {
    const config = '{}';
    const layer = randomBytes(2_000_000);
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: {
        mediaType: 'application/vnd.oci.image.config.v1+json',
        digest: `sha256:${sha256(config)}`,
        size: config.length,
      },
      layers: [
        { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: `sha256:${sha256(layer)}`, size: layer.length },
      ],
    });
    const ghcr = async (since: number) =>
      (await stack.requests(since)).filter(({ host }) => /ghcr|pkg-cont/.test(host));
    const URL_OF = 'https://ghcr.io/v2/acme/app';
    const blob = (name: string): string => `sha256:${sha256(name === 'layer' ? layer : config)}`;
    /** The OCI protocol by hand: start, chunk, finish. */
    const upload = (name: string): string =>
      [
        `at=$(curl -sSf -X POST -D - -o /dev/null ${URL_OF}/blobs/uploads/ | tr -d '\\r' | sed -n 's/^location: //Ip')`,
        `at=$(curl -sSf -X PATCH -D - -o /dev/null -H 'Transfer-Encoding: chunked' -H 'Content-Type: application/octet-stream' --data-binary @${name} "$at" | tr -d '\\r' | sed -n 's/^location: //Ip')`,
        `curl -sSf -X PUT "$at?digest=${blob(name)}"`,
      ].join('\n');

    beforeAll(async () => {
      await writeFile(stack.workFile('layer'), layer);
      await writeFile(stack.workFile('config'), config);
      await writeFile(stack.workFile('manifest'), manifest);
    });

    it('takes an image from a person; every write is on record before it is sent', async () => {
      const since = await stack.lastRequest();
      const put = `curl -sSf -X PUT -H 'Content-Type: ${MANIFEST}' --data-binary @manifest ${URL_OF}/manifests/v1`;
      const ran = await script([upload('layer'), upload('config'), put].join('\n'), HUMAN);
      expect(said(ran)).toBe('ok');
      const reached = await ghcr(since);
      expect(reached.map(({ method, status }) => `${method} ${status}`)).toEqual([
        ...['POST 202', 'PATCH 202', 'PUT 201'],
        ...['POST 202', 'PATCH 202', 'PUT 201'],
        'PUT 201',
      ]);
      expect(reached[1]?.body_bytes).toBe(layer.length);
      const events = await eventsOf('registry/manifest-put', 'success');
      expect(events.map(({ phase, request }) => [phase, request?.surface, request?.intents])).toEqual([
        ['attempt', 'upload', ['package.write']],
        ['outcome', 'upload', ['package.write']],
      ]);
      expect(events.at(-1)?.lease?.permissions).toEqual({ metadata: 'read', packages: 'write' });
    });

    it('hands an assistant its own credential in place of a token, and takes it again', async () => {
      const since = await stack.lastRequest();
      const ran = await script(
        `curl -sSf "https://ghcr.io/token?service=ghcr.io&scope=repository:acme/app:pull" > token.json
         token=$(sed 's/.*"token":"\\([^"]*\\)".*/\\1/' token.json)
         echo "$token"; echo "$GH_TOKEN"
         curl -sSf -H "Authorization: Bearer $token" ${URL_OF}/tags/list`,
      );
      expect(said(ran)).toBe('ok');
      const [given, own, tags] = ran.stdout.split('\n');
      expect(given).toMatch(/^ghu_holdshort_/);
      expect(given).toBe(own);
      expect(JSON.parse(tags ?? '')).toEqual({ name: 'acme/app', tags: ['v1'] });
      expect((await ghcr(since)).map(({ path: asked }) => asked)).toEqual(['/v2/acme/app/tags/list']);
    });

    it('gives blobs by a local address, and no credential to where they lie', async () => {
      const since = await stack.lastRequest();
      const head = await script(`curl -sS -i ${URL_OF}/blobs/${blob('layer')}`);
      expect(head.stdout).toMatch(
        /^location: https:\/\/objects\.githubusercontent\.com\/holdshort-cap\/[\w-]{43}\r$/im,
      );
      expect(head.stdout).not.toContain('pkg-containers');
      const ran = await script(`curl -sSfL -o got ${URL_OF}/blobs/${blob('layer')}`);
      expect(said(ran)).toBe('ok');
      expect((await readFile(stack.workFile('got'))).equals(layer)).toBe(true);
      const stored = (await ghcr(since)).filter(({ host }) => host.startsWith('pkg-containers'));
      expect(stored.map(({ status, authorization_sha256: sent }) => [status, sent])).toEqual([[200, null]]);
    });

    it.each([
      ['POST', 'acme/app/blobs/uploads/', 403],
      ['PUT', 'acme/app/manifests/v2', 403],
      ['GET', 'other/app/tags/list', 403],
      ['GET', '_catalog', 403],
      ['GET', 'acme/app/manifests/a%2Fb', 400],
    ])('refuses an assistant in the form of a registry: %s /v2/%s', async (method, rest, status) => {
      const since = await stack.lastRequest();
      const body = method === 'PUT' ? `-H 'Content-Type: ${MANIFEST}' --data-binary @manifest` : '';
      const ran = await script(`curl -sS -w '\\n%{http_code}' -X ${method} ${body} https://ghcr.io/v2/${rest}`);
      const [text = '', code] = ran.stdout.split('\n');
      expect(Number(code)).toBe(status);
      expect((JSON.parse(text) as { errors: { message: string }[] }).errors[0]?.message).toContain(
        'Holdshort refused this call',
      );
      expect(await ghcr(since)).toEqual([]);
    });

    it('gives no token for a push to an assistant', async () => {
      const ran = await script('curl -sS "https://ghcr.io/token?scope=repository:acme/app:pull,push"');
      expect(ran.stdout).toContain('"code":"DENIED"');
    });

    describeSkopeo('skopeo', () => {
      const IMAGE = 'docker://ghcr.io/acme/tools';
      const skopeo = (text: string, flags?: string[]) => script(`skopeo --insecure-policy ${text}`, flags);

      beforeAll(async () => {
        const layout = stack.workFile('layout');
        await mkdir(path.join(layout, 'blobs/sha256'), { recursive: true });
        for (const bytes of [layer, config, manifest])
          await writeFile(path.join(layout, 'blobs/sha256', sha256(bytes)), bytes);
        await writeFile(path.join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
        const entry = { mediaType: MANIFEST, digest: `sha256:${sha256(manifest)}`, size: manifest.length };
        await writeFile(path.join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [entry] }));
      });

      it('pushes for a person, and pulls for an assistant what was pushed', async () => {
        expect(said(await skopeo(`copy --preserve-digests oci:layout ${IMAGE}:v1`, HUMAN))).toBe('ok');
        expect(said(await skopeo(`copy --preserve-digests ${IMAGE}:v1 dir:pulled`))).toBe('ok');
        const pulled = stack.workFile('pulled');
        expect((await readFile(path.join(pulled, sha256(layer)))).equals(layer)).toBe(true);
        expect(await readFile(path.join(pulled, 'manifest.json'), 'utf8')).toBe(manifest);
      });

      it('is told why an assistant may not push', async () => {
        const ran = await skopeo(`copy oci:layout ${IMAGE}:v2`);
        expect(ran.code).not.toBe(0);
        expect(ran.text).toContain('Holdshort refused this call');
      });
    });
  });
});
