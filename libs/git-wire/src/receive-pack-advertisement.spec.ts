import { addNoThin } from './receive-pack-advertisement.js';
import { encodePktLine, FLUSH_PKT } from './pkt-line.js';
import { drain, streamOf } from './testing/chunks.js';

const ID = 'a'.repeat(40);
const SERVICE = Buffer.concat([encodePktLine('# service=git-receive-pack\n'), FLUSH_PKT]);
const advert = (...lines: string[]): Buffer =>
  Buffer.concat([SERVICE, ...lines.map((line) => encodePktLine(line)), FLUSH_PKT]);
const changed = async (bytes: Buffer, chunk = 7): Promise<string> =>
  (await drain(addNoThin(streamOf(bytes, chunk)))).toString();

describe('addNoThin', () => {
  it('adds the capability to the first ref and leaves every other byte alone', async () => {
    const before = advert(
      `${ID} refs/heads/main\0report-status ofs-delta\n`,
      `${ID} refs/heads/x\n`,
      `${ID} refs/tags/\u00fc\n`,
    );
    const after = advert(
      `${ID} refs/heads/main\0report-status ofs-delta no-thin\n`,
      `${ID} refs/heads/x\n`,
      `${ID} refs/tags/\u00fc\n`,
    );
    for (const chunk of [1, 3, 50, 5000]) expect(await changed(before, chunk)).toBe(after.toString());
  });

  it('handles the empty repository, protocol v1 and a missing line end', async () => {
    const zero = '0'.repeat(40);
    expect(await changed(advert(`${zero} capabilities^{}\0report-status\n`))).toBe(
      advert(`${zero} capabilities^{}\0report-status no-thin\n`).toString(),
    );
    expect(await changed(advert('version 1\n', `${ID} refs/heads/a\0atomic`))).toBe(
      advert('version 1\n', `${ID} refs/heads/a\0atomic no-thin`).toString(),
    );
  });

  it.each([
    ['that has it', advert(`${ID} refs/heads/main\0no-thin report-status\n`)],
    ['without refs', advert()],
    ['of an error', advert('ERR no such repository')],
  ])('leaves an advertisement %s as it is', async (_, bytes) => {
    expect(await changed(bytes)).toBe(bytes.toString());
  });

  it.each([
    ['cut short', advert(`${ID} refs/heads/main\0report-status\n`).subarray(0, 60)],
    ['in protocol v2', advert('version 2\n', 'ls-refs\n')],
    ['without capabilities', advert(`${ID} refs/heads/main\n`)],
    ['that is a web page', Buffer.from('<html><body>Sign in</body></html>')],
  ])('refuses an advertisement %s', async (_, bytes) => {
    await expect(changed(bytes)).rejects.toMatchObject({ code: 'push_unreadable' });
  });
});
