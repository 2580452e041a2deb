import fc from 'fast-check';
import { encodePktLine, FLUSH_PKT } from './pkt-line.js';
import { readReceivePackCommands } from './receive-pack-request.js';
import { drain, streamOf } from './testing/chunks.js';

const OLD = 'a'.repeat(40);
const NEW = 'b'.repeat(40);
const ZERO = '0'.repeat(40);
const CAPS = ' report-status-v2 side-band-64k object-format=sha1 agent=git/2.39.5';
const body = (lines: (string | Buffer)[], ...after: Buffer[]): Buffer =>
  Buffer.concat([...lines.map((line) => encodePktLine(line)), FLUSH_PKT, ...after]);
const command = (ref = 'refs/heads/x', oldId = OLD, newId = NEW): string => `${oldId} ${newId} ${ref}`;
const read = (bytes: Buffer, chunk = 11) => readReceivePackCommands(streamOf(bytes, chunk));

describe('readReceivePackCommands', () => {
  it('reads commands, capabilities and hands on exactly the pack', async () => {
    const header = body([
      `${command()}\0${CAPS} atomic`,
      command('refs/tags/v1', ZERO),
      command('refs/heads/y', OLD, ZERO),
    ]);
    for (const chunk of [1, 13, 10_000]) {
      const push = await read(Buffer.concat([header, Buffer.from('PACK-and-more')]), chunk);
      expect(push).toMatchObject({
        probe: false,
        atomic: true,
        sideband: 'side-band-64k',
        reportStatus: 'v2',
        objectFormat: 'sha1',
      });
      expect(push.commands).toEqual([
        { ref: 'refs/heads/x', oldId: OLD, newId: NEW },
        { ref: 'refs/tags/v1', oldId: ZERO, newId: NEW },
        { ref: 'refs/heads/y', oldId: OLD, newId: ZERO },
      ]);
      expect(push.capabilities.get('agent')).toBe('git/2.39.5');
      expect(push.header.equals(header)).toBe(true);
      expect((await drain(push.rest)).toString()).toBe('PACK-and-more');
    }
  });

  it('knows the probe', async () => {
    expect(await read(Buffer.from('0000'))).toMatchObject({
      probe: true,
      commands: [],
      sideband: 'none',
      reportStatus: 'none',
    });
  });

  it('reads push options and shallow lines', async () => {
    const options = body(['ci.skip', 'topic=\u00e9']);
    const push = await read(
      body([`shallow ${OLD}\n`, `${command()}\0${CAPS} push-options`], options, Buffer.from('PACK')),
    );
    expect(push).toMatchObject({ pushOptions: ['ci.skip', 'topic=\u00e9'], shallow: [OLD] });
    expect((await drain(push.rest)).toString()).toBe('PACK');
  });

  it('reads a SHA-256 push', async () => {
    const line = `${'0'.repeat(64)} ${'c'.repeat(64)} refs/heads/x\0report-status object-format=sha256`;
    expect(await read(body([line]))).toMatchObject({
      objectFormat: 'sha256',
      reportStatus: 'v1',
      commands: [{ newId: 'c'.repeat(64) }],
    });
  });

  const certificate = (commands: string[], ...head: string[]): string[] => [
    'certificate version 0.1\n',
    'pusher A U Thor <a@example.com> 1 +0000\n',
    'nonce 123\n',
    ...head,
    '\n',
    ...commands.map((line) => `${line}\n`),
    '-----BEGIN PGP SIGNATURE-----\n',
    'c2ln\n',
    '-----END PGP SIGNATURE-----\n',
    'push-cert-end\n',
  ];

  it('reads the commands of a push certificate', async () => {
    const lines = certificate([command(), command('refs/heads/z')], 'push-option a\n');
    const push = await read(body([`push-cert\0${CAPS} push-options\n`, ...lines], body(['a'])));
    expect(push.commands.map(({ ref }) => ref)).toEqual(['refs/heads/x', 'refs/heads/z']);
    expect(push.certificate?.toString()).toBe(lines.slice(0, -1).join(''));
    expect(push.pushOptions).toEqual(['a']);
  });

  it('takes 50,000 refs and not one more', async () => {
    const refs = Array.from({ length: 50_000 }, (_, i) => command(`refs/heads/b${i}`));
    const lines = [`${refs[0] ?? ''}\0${CAPS}`, ...refs.slice(1)];
    expect((await read(body(lines), 65_536)).commands).toHaveLength(50_000);
    await expect(read(body([...lines, command('refs/heads/more')]), 65_536)).rejects.toMatchObject({
      code: 'push_too_large',
    });
  });

  it('stops at the limit of header bytes', async () => {
    const promise = readReceivePackCommands(streamOf(body([command()])), { maxCommands: 5, maxHeaderBytes: 80 });
    await expect(promise).rejects.toMatchObject({ code: 'push_too_large' });
  });

  it.each<[string, Buffer]>([
    ['capabilities on a later line', body([`${command()}\0${CAPS}`, `${command('refs/heads/y')}\0atomic`])],
    ['a ref named twice', body([`${command()}\0${CAPS}`, command()])],
    ['two values of one capability', body([`${command()}\0object-format=sha1 object-format=sha256`])],
    ['an unknown object format', body([`${command()}\0object-format=md5`])],
    ['upper case ids', body([command('refs/heads/x', OLD.toUpperCase())])],
    ['ids of the other format', body([`${command()}\0object-format=sha256`])],
    ['nothing to nothing', body([command('refs/heads/x', ZERO, ZERO)])],
    ['a ref outside refs/', body([command('HEAD')])],
    ['a ref with a line end', body([command('refs/heads/x\ny')])],
    ['a ref that is not UTF-8', body([Buffer.concat([Buffer.from(command('refs/heads/')), Buffer.of(0xc3, 0x28)])])],
    ['a delimiter packet', Buffer.concat([encodePktLine(command()), Buffer.from('0001')])],
    ['no end', encodePktLine(command())],
    ['an empty body', Buffer.alloc(0)],
    ['bytes after a probe', Buffer.from('0000PACK')],
    ['only shallow lines', body([`shallow ${OLD}`])],
    [
      'a certificate and commands',
      body([`push-cert\0${CAPS}\n`, ...certificate([command()]), command('refs/heads/y')]),
    ],
    ['commands and a certificate', body([`${command()}\0${CAPS}`, 'push-cert'])],
    [
      'an unsigned certificate',
      body([`push-cert\0${CAPS}\n`, 'certificate version 0.1\n', '\n', `${command()}\n`, 'push-cert-end\n']),
    ],
    ['a certificate of no refs', body([`push-cert\0${CAPS}\n`, ...certificate([])])],
    [
      'other options than certified',
      body([`push-cert\0${CAPS} push-options\n`, ...certificate([command()])], body(['b'])),
    ],
  ])('refuses %s', async (_, bytes) => {
    await expect(read(bytes)).rejects.toMatchObject({ code: 'request_malformed' });
  });

  it('refuses a pack behind deletions only', async () => {
    const push = await read(body([`${command('refs/heads/x', OLD, ZERO)}\0${CAPS}`], Buffer.from('PACK')));
    await expect(drain(push.rest)).rejects.toMatchObject({ code: 'push_unreadable' });
  });

  it('releases the source when the pack is not read to its end', async () => {
    let released = false;
    async function* source(): AsyncGenerator<Buffer> {
      try {
        yield await Promise.resolve(body([command()], Buffer.from('PACK')));
        yield Buffer.from('more');
      } finally {
        released = true;
      }
    }
    const push = await readReceivePackCommands(source());
    for await (const chunk of push.rest) if (chunk.length > 0) break;
    expect(released).toBe(true);
  });

  it('answers hostile bytes with its own errors only', async () => {
    const valid = body([`${command()}\0${CAPS}`, command('refs/heads/y')]);
    await fc.assert(
      fc.asyncProperty(fc.nat(valid.length - 1), fc.nat(255), fc.nat(valid.length), async (at, byte, length) => {
        const bytes = Buffer.from(valid.subarray(0, length));
        if (at < length) bytes[at] = byte;
        const result: unknown = await read(bytes, 17).catch((error: unknown) => error);
        if (result instanceof Error) expect(result).toMatchObject({ name: 'HoldshortError' });
      }),
    );
  });
});
