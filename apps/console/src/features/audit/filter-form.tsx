import { Button, Group, NativeSelect, SimpleGrid, TextInput } from '@mantine/core';
import { useState } from 'react';
import { instantOf, localInputOf } from '../../ui/times.js';
import type { AuditSearch, FilterName } from './audit-filters.js';

const TEXTS: readonly { name: FilterName; label: string; example: string }[] = [
  { name: 'human', label: 'Engineer', example: 'alice' },
  { name: 'assistant', label: 'Assistant', example: 'copilot' },
  { name: 'repo', label: 'Repository', example: 'acme/app' },
  { name: 'ref', label: 'Ref', example: 'refs/heads/main' },
  { name: 'type', label: 'Type of event', example: 'call.write' },
  { name: 'session_id', label: 'Session', example: 'ses_…' },
  { name: 'commit', label: 'Commit', example: '40 hexadecimal digits' },
  { name: 'path', label: 'Changed path', example: '.github/workflows/release.yml' },
  { name: 'policy', label: 'Policy', example: 'hold-workflows' },
  { name: 'correlation_id', label: 'Call', example: 'cor_…' },
  { name: 'text', label: 'Text', example: 'with a filter, or within a week' },
];

const DECISIONS = [
  { value: '', label: 'any' },
  { value: 'allow', label: 'allowed' },
  { value: 'deny', label: 'refused' },
  { value: 'hold', label: 'held' },
];

type Draft = Partial<Record<FilterName, string>>;

const given = (draft: Draft): AuditSearch =>
  Object.fromEntries(Object.entries(draft).filter(([, value]) => value.trim() !== ''));

function Times({ draft, set }: { draft: Draft; set: (name: FilterName, value: string) => void }) {
  return (['since', 'until'] as const).map((name) => (
    <TextInput
      key={name}
      type="datetime-local"
      label={name === 'since' ? 'From' : 'Before'}
      defaultValue={localInputOf(draft[name])}
      onChange={(event) => set(name, instantOf(event.currentTarget.value) ?? '')}
    />
  ));
}

/** Fields of a search; nothing is asked before it is sent, since each search is on record. */
export function FilterForm({ search, onSearch }: { search: AuditSearch; onSearch: (next: AuditSearch) => void }) {
  const [draft, setDraft] = useState<Draft>(search);
  const set = (name: FilterName, value: string): void => setDraft((before) => ({ ...before, [name]: value }));
  return (
    <form
      role="search"
      aria-label="Search the trail"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(given(draft));
      }}
    >
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4, xl: 7 }} spacing="xs" verticalSpacing="xs">
        {TEXTS.map(({ name, label, example }) => (
          <TextInput
            key={name}
            label={label}
            placeholder={example}
            value={draft[name] ?? ''}
            onChange={(event) => set(name, event.currentTarget.value)}
          />
        ))}
        <NativeSelect
          label="Decision"
          data={DECISIONS}
          value={draft.decision ?? ''}
          onChange={(event) => set('decision', event.currentTarget.value)}
        />
        <Times draft={draft} set={set} />
      </SimpleGrid>
      <Group mt="sm">
        <Button type="submit">Search</Button>
        <Button variant="default" onClick={() => onSearch({})}>
          Clear
        </Button>
      </Group>
    </form>
  );
}
