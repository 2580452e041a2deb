import { visibleText } from './visible-text.js';

describe('visibleText', () => {
  it('writes out what a reader would not see', () => {
    expect(visibleText('if (admin\u202e)')).toBe('if (admin⟨U+202E⟩)');
    expect(visibleText('a\u200bb\ufeff\u{e0041}\r')).toBe('a⟨U+200B⟩b⟨U+FEFF⟩⟨U+E0041⟩⟨U+000D⟩');
  });

  it('leaves what they see', () => {
    expect(visibleText('\tconst ü = "日本" // 👍')).toBe('\tconst ü = "日本" // 👍');
  });
});
