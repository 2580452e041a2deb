import type { HeldCall, HeldFile } from '@holdshort/api-client';
import { changeOf, whyNoBody, whyUnseen } from './held-words.js';

const file: HeldFile = {
  ...{ ref: 'refs/heads/x', path: 'a', from: '', change: 'modified', kind: 'file', content: 'text' },
  ...{ bytes: 1, hunks: [], cut: false, old_unknown: false },
};
const call: HeldCall = {
  ...{ method: 'POST', host: 'api.github.com', path: '/x', query: '', headers: [], more_headers: 0 },
  ...{ body: '{}', content: 'text', body_bytes: 2, cut: false },
};

describe('words of a held call', () => {
  it('say why something is not shown, and nothing where all is', () => {
    expect(whyUnseen(file)).toBeUndefined();
    expect(whyUnseen({ ...file, content: 'binary' })).toBe('Binary: not shown.');
    expect(whyUnseen({ ...file, cut: true })).toContain('more of it');
    expect(whyUnseen({ ...file, old_unknown: true })).toContain('shown as added');
    expect(whyUnseen({ ...file, change: 'reverted', content: 'none' })).toContain('GitHub keeps both');
    expect(whyUnseen({ ...file, change: 'written', old_unknown: true })).toBeUndefined();
    expect(whyNoBody(call)).toBeUndefined();
    expect(whyNoBody({ ...call, content: 'none' })).toBe('It has no body.');
    expect(whyNoBody({ ...call, content: 'too_large', body_bytes: 9 })).toBe('Too large: not shown. 9 bytes.');
  });

  it('pass words on that they do not know', () => {
    expect(changeOf({ change: 'modified' })).toBe('changed');
    expect(changeOf({ change: 'teleported' })).toBe('teleported');
  });
});
