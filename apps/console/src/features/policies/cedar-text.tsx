import { Text } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { Loading } from '../../ui/states.js';
import type { EditorProblem } from './cedar-editor.js';

/** The editor is larger than the rest of a view: it comes when a text is shown. */
const CedarEditor = lazy(() => import('./cedar-editor.js').then((module) => ({ default: module.CedarEditor })));

interface Props {
  label: string;
  text: string;
  onChange?: (text: string) => void;
  problems?: readonly EditorProblem[];
}

export const CedarText = ({ label, text, onChange, problems = [] }: Props) => (
  <div>
    <Text component="div" size="sm" fw={600} mb={4} aria-hidden>
      {label}
    </Text>
    <Suspense fallback={<Loading what="the editor" />}>
      <CedarEditor label={label} text={text} problems={problems} {...(onChange ? { onChange } : {})} />
    </Suspense>
  </div>
);
