import { Paper, Stack, Text, Title } from '@mantine/core';
import type { PolicyChange, PolicyDiff } from '@holdshort/api-client';
import { useQuery } from '@tanstack/react-query';
import { Answer, Empty } from '../../ui/states.js';
import { lineChanges } from './line-changes.js';
import { diffQuery } from './policy-queries.js';

const SIGNS = { added: '+', removed: '-', same: ' ' } as const;

function Change({ change }: { change: PolicyChange }) {
  return (
    <Paper withBorder>
      <Text size="sm" fw={600} px="sm" py={6}>
        {change.id}
        {change.before === null ? ' (new)' : ''}
        {change.after === null ? ' (removed)' : ''}
      </Text>
      <pre className="diff" tabIndex={0} aria-label={`Changes of ${change.id}`}>
        {lineChanges(change.before ?? '', change.after ?? '').map(({ kind, text }, index) => (
          <span key={index} data-kind={kind}>
            {SIGNS[kind]} {text}
          </span>
        ))}
      </pre>
    </Paper>
  );
}

function Section({ title, changes }: { title: string; changes: readonly PolicyChange[] }) {
  if (changes.length === 0) return null;
  return (
    <section aria-label={title}>
      <Title order={3} size="h5" mb="xs">
        {title}
      </Title>
      <Stack gap="xs">
        {changes.map((change) => (
          <Change key={change.id} change={change} />
        ))}
      </Stack>
    </section>
  );
}

const isSame = ({ access, obligations, settings, cases }: PolicyDiff): boolean =>
  [access, obligations, settings, cases].every((changes) => changes.length === 0);

/** Against what is in force, policy by policy. */
export function PolicyChanges({ version }: { version: string }) {
  const diff = useQuery(diffQuery(version));
  return (
    <Answer of={diff} what="the changes">
      {(found) =>
        isSame(found) ? (
          <Empty title="The same as what is in force" />
        ) : (
          <Stack>
            <Text size="sm" c="dimmed">
              Against <code>{found.from === version ? found.to : found.from}</code>, which is in force.
            </Text>
            <Section title="Access" changes={found.access} />
            <Section title="Obligations" changes={found.obligations} />
            <Section title="Settings" changes={found.settings} />
            <Section title="Cases" changes={found.cases} />
          </Stack>
        )
      }
    </Answer>
  );
}
