const WORDS: Readonly<Record<string, string>> = {
  exchange: 'the exchange with the model',
  call: 'the tool call',
  operation: 'the call to GitHub',
  commit: 'the commit',
};

/** A node of the way, in words: `call:SESSION:ID` is "the tool call ID". */
export function stepWords(node: string): string {
  const [kind = '', ...rest] = node.split(':');
  const id = rest.at(-1) ?? '';
  return `${WORDS[kind] ?? kind} ${kind === 'commit' ? id.slice(0, 12) : id}`;
}
