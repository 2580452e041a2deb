import { describeWithOpenssl, OpensslAuthority } from '@holdshort/testkit';
import { rootsIn, timeStampRequest, tokenOf, verifyTimeStamp, type Roots } from './index.js';
import { readSignedTime } from './signed-time.js';

const TEXT = '{"hour":"2026-01-31T07","leaves":["ü"]}';

describeWithOpenssl('time stamps of an authority of openssl', () => {
  let authority: OpensslAuthority;
  let other: OpensslAuthority;
  let roots: Roots;
  beforeAll(() => {
    [authority, other] = [new OpensslAuthority(), new OpensslAuthority()];
    roots = rootsIn(authority.root);
  });
  afterAll(() => {
    for (const each of [authority, other]) each.remove();
  });

  it('are asked for, read, and judged as openssl judges them', async () => {
    const request = timeStampRequest(TEXT);
    const token = tokenOf(authority.answer(request), request);
    authority.verify(token, TEXT);
    const { time } = await verifyTimeStamp(token, TEXT, roots);
    expect(Math.abs(time.getTime() - Date.now())).toBeLessThan(60_000);
    const both = rootsIn(`${other.root}\n${authority.root}`);
    expect(await verifyTimeStamp(token, TEXT, both)).toEqual({ time });
  });

  it('answer one request, not another', () => {
    const [one, another] = [timeStampRequest(TEXT), timeStampRequest(TEXT)];
    const answer = authority.answer(one);
    expect(() => tokenOf(answer, another)).toThrow('it answers another request');
    expect(() => tokenOf(Buffer.from('<html>'), one)).toThrow('the answer cannot be read');
    // status 2, "rejection"
    expect(() => tokenOf(Buffer.from('30053003020102', 'hex'), one)).toThrow('the service refused');
  });

  it.each<[string, () => Buffer, string]>([
    ['over another text', () => authority.stamp(`${TEXT} `), 'over something else'],
    ['over a SHA-1', () => authority.stamp(TEXT, 'sha1'), 'not over a SHA-256'],
    ['of another authority', () => other.stamp(TEXT), 'not certified by an authority that is believed'],
    ['of nobody', () => Buffer.from('no token'), 'cannot be read'],
    [
      'of one whom the authority certified for mail',
      () => authority.signedMessage(readSignedTime(authority.stamp(TEXT)).content),
      'not one for time stamps',
    ],
  ])('do not count %s', async (_, token, why) => {
    await expect(verifyTimeStamp(token(), TEXT, roots)).rejects.toThrow(why);
  });

  it('say another time, or are of another signature, with no byte changed that is signed', async () => {
    const token = authority.stamp(TEXT);
    const { content } = readSignedTime(token);
    const at = token.indexOf(content);
    const signature = token.length - 256;
    for (const place of [...Array(content.length).keys()]
      .filter((n) => n % 3 === 0)
      .map((n) => at + n)
      .concat(signature, token.length - 1)) {
      const changed = Buffer.from(token);
      changed.writeUInt8(changed.readUInt8(place) ^ 1, place);
      await expect(verifyTimeStamp(changed, TEXT, roots)).rejects.toThrow();
    }
  });

  it('count without roots for nobody', async () => {
    expect(() => rootsIn('')).toThrow('no certificate in PEM form');
    expect(() => rootsIn('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')).toThrow('cannot be read');
    await expect(verifyTimeStamp(authority.stamp(TEXT), TEXT, [])).rejects.toThrow('not certified');
  });
});
