import { autocompletion, closeBrackets } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { EditorState, type Extension, type Text } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { styleNonce } from '../../ui/style-nonce.js';
import { cedarHighlight, cedarLanguage, completeCedar } from './cedar-language.js';

/** Line and column from 1; without a place it is about the whole text. */
export interface EditorProblem {
  text: string;
  line?: number;
  column?: number;
}

interface Props {
  label: string;
  text: string;
  onChange?: (text: string) => void;
  problems: readonly EditorProblem[];
}

function diagnosticOf(doc: Text, { text, line, column = 1 }: EditorProblem): Diagnostic {
  if (line === undefined || line > doc.lines) return { from: 0, to: 0, severity: 'error', message: text };
  const at = doc.line(line);
  const from = Math.min(at.from + column - 1, at.to);
  return { from, to: Math.max(from, at.to), severity: 'error', message: text };
}

/** Drawn without the pictures of the library, which are `data:` addresses that the page's policy stops. */
const faultLook = EditorView.theme({
  '.cm-lint-marker-error': { content: 'normal' },
  '.cm-lint-marker-error::before': { content: '"●"', color: 'light-dark(#b02525, #ffa8a8)' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy light-dark(#b02525, #ffa8a8)' },
  '.cm-lintPoint:after': { display: 'none' },
});

// Tab is left to the browser: whoever works by keyboard must get out of the text (WCAG 2.1.2)
const setup = (label: string, isReadOnly: boolean): Extension => [
  EditorView.cspNonce.of(styleNonce()),
  lineNumbers(),
  bracketMatching(),
  faultLook,
  cedarLanguage,
  syntaxHighlighting(cedarHighlight),
  EditorView.lineWrapping,
  EditorView.contentAttributes.of({ 'aria-label': label, 'aria-multiline': 'true', tabindex: '0' }),
  isReadOnly
    ? [EditorState.readOnly.of(true), EditorView.contentAttributes.of({ 'aria-readonly': 'true' })]
    : [history(), closeBrackets(), autocompletion({ override: [completeCedar] }), lintGutter()],
  keymap.of([...defaultKeymap, ...historyKeymap]),
];

/** A Cedar text, to read or to write. */
export function CedarEditor({ label, text, onChange, problems }: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const changed = useRef(onChange);
  changed.current = onChange;
  const isReadOnly = onChange === undefined;
  useEffect(() => {
    if (!holder.current) return undefined;
    const watch = EditorView.updateListener.of((update) => {
      if (update.docChanged) changed.current?.(update.state.doc.toString());
    });
    const state = EditorState.create({ doc: text, extensions: [setup(label, isReadOnly), watch] });
    const made = new EditorView({ state, parent: holder.current });
    view.current = made;
    return () => made.destroy();
    // not for each change of the text: that of a running editor is its own
  }, [label, isReadOnly]);
  useEffect(() => {
    const { current } = view;
    current?.dispatch(
      setDiagnostics(
        current.state,
        problems.map((problem) => diagnosticOf(current.state.doc, problem)),
      ),
    );
  }, [problems]);
  return <div ref={holder} />;
}
