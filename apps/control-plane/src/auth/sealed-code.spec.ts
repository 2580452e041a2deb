import { openCode, sealCode } from './sealed-code.js';

describe('sealed device code', () => {
  it('opens with the handle it was sealed for, and with no other', () => {
    const sealed = sealCode('handle', 'device code');
    expect(sealed.toString('latin1')).not.toContain('device code');
    expect(openCode('handle', sealed)).toBe('device code');
    expect(() => openCode('other', sealed)).toThrow();
  });

  it('does not open when a byte was changed', () => {
    const sealed = sealCode('handle', 'device code');
    sealed[14] = (sealed[14] ?? 0) ^ 1;
    expect(() => openCode('handle', sealed)).toThrow();
  });
});
