import { createHash, randomBytes } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { said, execute } from '../../harness/execute.js';
import { Stack, calls } from '../../harness/stack.js';

const APP = 'https://github.com/acme/app.git';
const has = async (command: string): Promise<boolean> => (await execute(['sh', '-c', command])).code === 0;
const skipLoudly = (found: boolean, what: string): typeof describe => {
  if (!found)
    process.stderr.write(`SKIPPED: ${what} is not installed (Debian package ${what}), so its calls are not tried\n`);
  return found ? describe : describe.skip;
};
const hasLfs = await has('git lfs version');
const describeLfs = skipLoudly(hasLfs, 'git-lfs');
const describeGh = skipLoudly(await has('gh --version'), 'gh');

/** Hosts whose addresses are their own credential. */
const SIGNED = ['github-cloud.githubusercontent.com', 'release-assets.githubusercontent.com', 'codeload.github.com'];
/** Those that a call of this suite leads to. */
const SIGNED_BY_QUERY = [
  ...(hasLfs ? ['github-cloud.githubusercontent.com'] : []),
  ...['release-assets.githubusercontent.com', 'codeload.github.com', 'raw.githubusercontent.com'],
];
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

interface Action {
  href: string;
  header?: unknown;
}
interface Batch {
  objects: { oid: string; actions?: Record<string, Action> }[];
}

describe('LFS, files and redirects', () => {
  let stack: Stack;
  const content = randomBytes(3_000_000);

  beforeAll(async () => {
    stack = await Stack.start();
    await stack.signIn('alice', 'bob', 'sam');
    const cloned = await stack.script(
      'alice',
      `git clone -q ${APP} app && cd app && git config user.email a@b && git config user.name a`,
      { cwd: stack.dir },
    );
    expect(said(cloned)).toBe('ok');
  }, 180_000);
  afterAll(() => stack.stop());

  const inApp = (script: string, flags?: string[]) =>
    stack.script('alice', script, { cwd: stack.workFile('app'), ...(flags ? { flags } : {}) });
  const curl = (args: string, flags?: string[]) => inApp(`curl -sS ${args}`, flags);
  const toSigned = async (since = 0) => (await stack.requests(since)).filter(({ host }) => SIGNED.includes(host));

  /** A batch by hand, over the endpoint; `env` of its session is what the script has. */
  const batchScript = (operation: string, oid: string, size: number): string =>
    `curl -sS -H 'Content-Type: application/vnd.git-lfs+json' -d '${JSON.stringify({ operation, transfers: ['basic'], objects: [{ oid, size }] })}'`;

  describeLfs('git-lfs', () => {
    it('pushes through the proxy; every byte passes the agent, and no credential leaves its host', async () => {
      const since = await stack.lastRequest();
      await writeFile(`${stack.workFile('app')}/big.bin`, content);
      const ran = await inApp(
        'git lfs install --local && git checkout -q -b topic/lfs && git lfs track "*.bin" && git add .gitattributes big.bin && git commit -qm lfs && git push origin topic/lfs',
      );
      expect(said(ran)).toBe('ok');
      const stored = (await toSigned(since)).find(({ method }) => method === 'PUT');
      expect(stored).toMatchObject({ status: 200, body_bytes: content.length, authorization_sha256: null });
      expect(stored?.path).toContain(sha256(content));
      expect((await stack.requests(since)).find(({ host }) => host === 'lfs.github.com')).toMatchObject({
        status: 200,
      });
      const events = await stack.events((all) => all.some(({ request }) => request?.operation === 'lfs/verify'));
      const upload = calls(events).filter(({ request }) => request?.operation === 'lfs/upload');
      expect(upload.map(({ phase, outcome, human, target }) => [phase, outcome, human?.login, target?.repo])).toEqual([
        ['attempt', undefined, 'alice', 'acme/app'],
        ['outcome', 'success', 'alice', 'acme/app'],
      ]);
      expect(upload.every(({ request }) => request?.intents[0] === 'lfs.write')).toBe(true);
    });

    it('clones and checks out, through the proxy and through the endpoint', async () => {
      const proxy = await stack.script('alice', `git clone -q -b topic/lfs ${APP} by-proxy`, { cwd: stack.dir });
      expect(said(proxy)).toBe('ok');
      const endpoint = await stack.script(
        'alice',
        'unset HTTPS_PROXY https_proxy; git -c http.https://github.com/.proxy= clone -q -b topic/lfs $HOLDSHORT_AGENT_ENDPOINT/git/acme/app.git by-endpoint',
        { cwd: stack.dir },
      );
      expect(said(endpoint)).toBe('ok');
      for (const folder of ['by-proxy', 'by-endpoint'])
        expect((await readFile(stack.workFile(`${folder}/big.bin`))).equals(content)).toBe(true);
    });

    it('pushes through the endpoint', async () => {
      const ran = await stack.script(
        'alice',
        'unset HTTPS_PROXY https_proxy; cd by-endpoint && git config user.email a@b && git config user.name a && git checkout -q -b topic/endpoint && echo other > other.bin && git add . && git commit -qm other && git push origin topic/endpoint',
        { cwd: stack.dir },
      );
      expect(said(ran)).toBe('ok');
      const oid = sha256(Buffer.from('other\n'));
      expect((await toSigned()).some((request) => request.method === 'PUT' && request.path.includes(oid))).toBe(true);
    });

    it('locks and unlocks', async () => {
      const ran = await inApp('git lfs lock big.bin && git lfs locks && git lfs unlock big.bin');
      expect(said(ran)).toBe('ok');
      expect(ran.stdout).toContain('Unlocked big.bin');
    });

    it('shows why a batch is refused', async () => {
      const ran = await inApp(
        'git -c lfs.url=https://github.com/other/private.git/info/lfs lfs push --all origin topic/lfs',
      );
      expect(ran.code).not.toBe(0);
      expect(ran.text).toContain('Holdshort refused this call');
    });
  });

  describe('LFS objects', () => {
    const object = randomBytes(1000);
    const oid = sha256(object);
    const uploadBatch = () =>
      `${batchScript('upload', oid, object.length)} https://github.com/acme/app.git/info/lfs/objects/batch`;

    it('gives local addresses, without the headers that belong to the signed ones', async () => {
      const ran = await inApp(uploadBatch());
      const [answer] = (JSON.parse(ran.stdout) as Batch).objects;
      expect(answer?.actions?.['upload']?.href).toMatch(
        /^https:\/\/objects\.githubusercontent\.com\/holdshort-cap\/[\w-]{43}$/,
      );
      expect(ran.stdout).not.toMatch(/X-Amz|RemoteAuth|"header"/);
      const endpoint = await inApp(
        `${batchScript('upload', oid, object.length)} $HOLDSHORT_AGENT_ENDPOINT/git/acme/app.git/info/lfs/objects/batch`,
      );
      const [local] = (JSON.parse(endpoint.stdout) as Batch).objects;
      expect(local?.actions?.['upload']?.href.startsWith(`${stack.dev.agentEndpoint}/cap/`)).toBe(true);
      expect(local?.actions?.['verify']?.href.startsWith(`${stack.dev.agentEndpoint}/cap/`)).toBe(true);
    });

    it.each([
      ['other bytes of the same size', randomBytes(1000)],
      ['too many bytes', Buffer.concat([object, Buffer.from('x')])],
      ['too few bytes', object.subarray(1)],
    ])('keeps %s from GitHub', async (name, bytes) => {
      const file = stack.workFile('wrong.bin');
      await writeFile(file, bytes);
      const since = await stack.lastRequest();
      const ran = await inApp(
        `href=$(${uploadBatch()} | sed 's/.*"upload":{"href":"\\([^"]*\\)".*/\\1/'); curl -sS -w '%{http_code}' -T ${file} "$href"`,
      );
      expect(ran.stdout).toMatch(name === 'too many bytes' ? /413$/ : /400$/);
      expect(ran.stdout).toMatch(name === 'too many bytes' ? /over the 1000 bytes/ : /nothing of them was sent on/);
      expect((await toSigned(since)).filter(({ method }) => method === 'PUT')).toEqual([]);
    });

    it('refuses an address with another method, an altered one, one with a query, and one of another session', async () => {
      const ran = await inApp(
        `href=$(${batchScript('upload', oid, object.length)} $HOLDSHORT_AGENT_ENDPOINT/git/acme/app.git/info/lfs/objects/batch | sed 's/.*"upload":{"href":"\\([^"]*\\)".*/\\1/'); echo $href; for call in "$href" "-X PUT \${href}x" "-X PUT $href?a=1"; do curl -sS -w '%{http_code}\n' -o /dev/null $call; done`,
      );
      const [href = '', ...codes] = ran.stdout.trim().split('\n');
      expect(codes).toEqual(['403', '403', '403']);
      const file = stack.workFile('right.bin');
      await writeFile(file, object);
      const other = await stack.script('bob', `curl -sS -T ${file} ${href}`, { cwd: stack.dir });
      expect(JSON.parse(other.stdout)).toMatchObject({ holdshort: { code: 'not_authorized' } });
      const nobody = await execute(['curl', '-sS', '-w', '%{http_code}', '-o', '/dev/null', '-T', file, href]);
      expect(nobody.stdout).toBe('401');
    });

    it.each(['{"operation":"download","operation":"upload","objects":[]}', '{"operation":"delete","objects":[]}', '{'])(
      'refuses the batch %s in the form of LFS',
      async (body) => {
        const since = await stack.lastRequest();
        const ran = await curl(
          `-w '%{http_code} %{content_type}' -d '${body}' https://github.com/acme/app.git/info/lfs/objects/batch`,
        );
        expect(ran.stdout).toMatch(
          /"message":"Holdshort refused this call: .*"request_id":.*(400|403) application\/vnd.git-lfs\+json$/,
        );
        expect(await stack.requests(since)).toEqual([]);
      },
    );
  });

  describe('files and archives', () => {
    it.each([
      'https://raw.githubusercontent.com/acme/app/main/README.md',
      'https://github.com/acme/app/raw/main/README.md',
      '$HOLDSHORT_AGENT_ENDPOINT/raw/acme/app/main/README.md',
      '$HOLDSHORT_AGENT_ENDPOINT/git/acme/app/raw/main/README.md',
    ])('a file: %s', async (url) => {
      const ran = await curl(`-fL ${url}`);
      expect(said(ran)).toBe('ok');
      expect(ran.stdout).toContain('npm start');
    });

    it.each([
      ['https://api.github.com/repos/acme/app/tarball/main', 'tar tzf'],
      ['https://api.github.com/repos/acme/app/tarball', 'tar tzf'],
      ['https://codeload.github.com/acme/app/tar.gz/refs/heads/main', 'tar tzf'],
      ['https://github.com/acme/app/archive/refs/heads/main.tar.gz', 'tar tzf'],
      ['$HOLDSHORT_AGENT_ENDPOINT/api/v3/repos/acme/app/tarball/main', 'tar tzf'],
      ['https://api.github.com/repos/acme/app/zipball/main', 'grep -ao README.md'],
    ])('an archive: %s', async (url, list) => {
      const ran = await inApp(`curl -sSfL -o archive ${url} && ${list} archive`);
      expect(said(ran)).toBe('ok');
      expect(ran.stdout).toContain('README.md');
    });

    it('a redirect shows nothing of the signed address, nor does its page', async () => {
      const ran = await curl('-i https://github.com/acme/app/archive/refs/heads/main.tar.gz');
      expect(ran.stdout).toMatch(/^location: https:\/\/objects\.githubusercontent\.com\/holdshort-cap\/[\w-]{43}\r$/im);
      expect(ran.stdout).not.toMatch(/codeload|token=/);
    });

    it.each([
      'https://raw.githubusercontent.com/other/private/main/README.md',
      'https://codeload.github.com/other/private/tar.gz/main',
      'https://github.com/other/private/archive/main.tar.gz',
      'https://api.github.com/repos/other/private/tarball',
    ])('refuses what the session may not read: %s', async (url) => {
      const since = await stack.lastRequest();
      const ran = await curl(`-L -w '%{http_code}' ${url}`);
      expect(ran.stdout).toMatch(/Holdshort refused this call.*[45]\d\d$/);
      expect((await stack.requests(since)).filter(({ host }) => host.includes('github'))).toEqual([]);
    });

    it.each([
      [
        'https://release-assets.githubusercontent.com/github-production-release-asset/1/2',
        'only where a call through Holdshort',
      ],
      [
        'https://objects.githubusercontent.com/holdshort-cap/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
        'was not given to this session',
      ],
      ['https://uploads.github.com/repos/acme/app', 'on uploads.github.com'],
      ['-X PUT -d x https://raw.githubusercontent.com/acme/app/main/README.md', 'PUT /acme/app/main/README.md on raw'],
      ["'https://raw.githubusercontent.com/acme/app/main/README.md?token=ABC'", 'credential in the query'],
    ])('refuses with a reason: %s', async (call, reason) => {
      const since = await stack.lastRequest();
      const ran = await curl(call);
      expect(ran.stdout).toContain(reason);
      expect(await stack.requests(since)).toEqual([]);
    });
  });

  describe('release assets', () => {
    const HUMAN = ['--human'];
    const asset = randomBytes(200_000);
    let upload = '';

    beforeAll(async () => {
      await writeFile(stack.workFile('asset.bin'), asset);
      const ran = await curl(
        `-f -d '{"tag_name":"v9","target_commitish":"main"}' https://api.github.com/repos/acme/app/releases`,
        HUMAN,
      );
      expect(said(ran)).toBe('ok');
      upload = (JSON.parse(ran.stdout) as { upload_url: string }).upload_url.replace(/\{.*$/, '');
    });
    const send = (url: string) =>
      `--data-binary @${stack.workFile('asset.bin')} -H 'Content-Type: application/octet-stream' '${url}'`;

    it('are uploaded by a person, and not by an assistant', async () => {
      const since = await stack.lastRequest();
      const refused = await curl(`-w '%{http_code}' ${send(`${upload}?name=assistant.bin`)}`);
      expect(refused.stdout).toMatch(/Holdshort refused this call.*403$/);
      expect((await stack.requests(since)).filter(({ host }) => host === 'uploads.github.com')).toEqual([]);
      const ran = await curl(`-f ${send(`${upload}?name=asset.bin`)}`, HUMAN);
      expect(said(ran)).toBe('ok');
      expect(JSON.parse(ran.stdout)).toMatchObject({ name: 'asset.bin', size: asset.length });
      const events = await stack.events((all) =>
        all.some(({ request, phase }) => request?.operation === 'repos/upload-release-asset' && phase === 'outcome'),
      );
      const own = calls(events).filter(
        ({ request, decision }) => request?.operation === 'repos/upload-release-asset' && decision?.effect !== 'deny',
      );
      expect(own.map(({ phase, outcome, request }) => [phase, outcome, request?.intents[0]])).toContainEqual([
        'outcome',
        'success',
        'release.write',
      ]);
    });

    it('are uploaded over the endpoint', async () => {
      const ran = await inApp(
        `curl -sSf ${send(upload.replace('https://uploads.github.com', 'ENDPOINT/api/uploads')).replace(/'ENDPOINT([^']*)'/, '"$HOLDSHORT_AGENT_ENDPOINT$1?name=second.bin"')}`,
        HUMAN,
      );
      expect(said(ran)).toBe('ok');
      expect(JSON.parse(ran.stdout)).toMatchObject({ name: 'second.bin', size: asset.length });
    });

    it.each([
      'https://github.com/acme/app/releases/download/v9/asset.bin',
      'https://github.com/acme/app/releases/latest/download/asset.bin',
      '$HOLDSHORT_AGENT_ENDPOINT/git/acme/app/releases/download/v9/asset.bin',
    ])('are downloaded: %s', async (url) => {
      const since = await stack.lastRequest();
      const ran = await curl(`-fL -o got.bin ${url}`);
      expect(said(ran)).toBe('ok');
      expect((await readFile(`${stack.workFile('app')}/got.bin`)).equals(asset)).toBe(true);
      expect(
        (await toSigned(since)).map(({ host, status, authorization_sha256: sent }) => [host, status, sent]),
      ).toEqual([['release-assets.githubusercontent.com', 200, null]]);
    });

    describeGh('gh', () => {
      it('downloads an asset and a tarball', async () => {
        const ran = await inApp(
          'id=$(gh api repos/acme/app/releases/tags/v9 --jq ".assets[0].id") && gh api -H "Accept: application/octet-stream" repos/acme/app/releases/assets/$id > by-gh.bin && gh api repos/acme/app/tarball/main > t.tgz && tar tzf t.tgz',
        );
        expect(said(ran)).toBe('ok');
        expect(ran.stdout).toContain('README.md');
        expect((await readFile(`${stack.workFile('app')}/by-gh.bin`)).equals(asset)).toBe(true);
      });
    });
  });

  it('sends no credential of GitHub along with a signed address', async () => {
    const signed = (await stack.requests()).filter(({ query }) => /X-Amz-Signature|token=/.test(query));
    expect(new Set(signed.map(({ host }) => host))).toEqual(new Set([...SIGNED_BY_QUERY]));
    expect(signed.filter(({ authorization_sha256: sent }) => sent !== null)).toEqual([]);
  });

  it('writes no signed query and no local address into events or logs', async () => {
    const events = JSON.stringify(
      await stack.events((all) => all.some(({ request }) => request?.operation === 'download/redirected')),
    );
    const logs = await Promise.all(
      (await readdir(stack.dev.logDir))
        .filter((name) => name.includes('agent'))
        .map((name) => readFile(path.join(stack.dev.logDir, name), 'utf8')),
    );
    for (const text of [events, ...logs]) {
      expect(text).not.toMatch(/X-Amz|RemoteAuth|token=\d/);
      expect(text).not.toMatch(/(holdshort-cap|\/cap)\/[\w-]{20}/);
    }
  });
});
