import { LocalSealedText } from './sealed-text.js';

describe('LocalSealedText', () => {
  it('opens what it sealed, and shows nothing of it', async () => {
    const box = new LocalSealedText('secret');
    const sealed = await box.seal('refresh token');
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('refresh');
    expect(await box.open(sealed)).toBe('refresh token');
    expect(await box.seal('refresh token')).not.toBe(sealed);
  });

  it('does not open with another secret, nor when a byte was changed', async () => {
    const sealed = await new LocalSealedText('secret').seal('refresh token');
    await expect(new LocalSealedText('other').open(sealed)).rejects.toThrow();
    const bytes = Buffer.from(sealed, 'base64url');
    bytes[14] = (bytes[14] ?? 0) ^ 1;
    await expect(new LocalSealedText('secret').open(bytes.toString('base64url'))).rejects.toThrow();
  });
});
