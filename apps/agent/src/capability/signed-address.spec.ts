import { signedAddress } from './signed-address.js';

describe('signedAddress', () => {
  it('takes addresses on storage hosts', () => {
    expect(signedAddress('https://release-assets.githubusercontent.com/a?sig=1').pathname).toBe('/a');
    expect(signedAddress('//codeload.github.com/a/b/zip/c', 'https://github.com/x').hostname).toBe(
      'codeload.github.com',
    );
  });

  it.each([
    'http://release-assets.githubusercontent.com/a',
    'https://release-assets.githubusercontent.com:8443/a',
    'https://user:secret@release-assets.githubusercontent.com/a',
    'https://release-assets.githubusercontent.com.attacker.test/a',
    'https://169.254.169.254/latest/meta-data',
    'https://localhost/a',
    'https://api.github.com/repos/acme/app',
    'file:///etc/passwd',
    'nothing',
  ])('refuses %s, and does not repeat its query', (text) => {
    const attempt = () => signedAddress(`${text}?X-Amz-Signature=s3cr3t`);
    expect(attempt).toThrow(expect.objectContaining({ code: 'host_unknown' }) as Error);
    expect(attempt).not.toThrow(/s3cr3t|secret@/);
  });
});
