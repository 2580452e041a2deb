import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { HighlightStyle, StreamLanguage, type StreamParser } from '@codemirror/language';
import { tags } from '@lezer/highlight';
import { CEDAR_KEYWORDS, cedarToken, completionsOf } from './cedar-tokens.js';

/** Cedar's grammar is small: words, strings, comments, annotations and types, each on its line. */
const parser: StreamParser<null> = {
  name: 'cedar',
  startState: () => null,
  token: (stream) => {
    if (stream.eatSpace()) return null;
    const { kind, length } = cedarToken(stream.string.slice(stream.pos));
    stream.pos += length;
    return kind;
  },
  languageData: { commentTokens: { line: '//' }, closeBrackets: { brackets: ['(', '[', '{', '"'] } },
};

export const cedarLanguage = StreamLanguage.define(parser);

export const cedarHighlight = HighlightStyle.define([
  { tag: tags.keyword, class: 'cedar-keyword' },
  { tag: tags.string, class: 'cedar-string' },
  { tag: tags.comment, class: 'cedar-comment' },
  { tag: tags.meta, class: 'cedar-annotation' },
  { tag: tags.typeName, class: 'cedar-type' },
]);

/** Words of Cedar, of our schema and of annotations; after a dot, what `context` has. */
export function completeCedar(context: CompletionContext): CompletionResult | null {
  const word = context.matchBefore(/[@\w.:"]*/);
  if (!word || (word.from === word.to && !context.explicit)) return null;
  const { from, words } = completionsOf(word.text);
  return {
    from: word.from + from,
    options: words.map((label) => ({ label, type: CEDAR_KEYWORDS.has(label) ? 'keyword' : 'variable' })),
    validFor: /^[@\w]*$/,
  };
}
