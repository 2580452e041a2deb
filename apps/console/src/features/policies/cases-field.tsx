import { Textarea } from '@mantine/core';

/** Questions with their answers; a version is stored only where all pass. */
export const CasesField = ({ cases, onChange }: { cases: string; onChange: (text: string) => void }) => (
  <Textarea
    label="Cases"
    description="A JSON list of questions and what the policy must answer; saved only where all pass."
    classNames={{ input: 'mono' }}
    rows={10}
    value={cases}
    spellCheck={false}
    onChange={(event) => onChange(event.currentTarget.value)}
  />
);
