import { Button, Group, NativeSelect, Paper, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Failure } from '../../ui/states.js';
import { EMPTY_GRANT, grantBodyOf, type GrantDraft } from './grant-form.js';
import { useGive } from './grant-queries.js';

const FIELDS: readonly { name: Exclude<keyof GrantDraft, 'forWhom' | 'name'>; label: string; example: string }[] = [
  { name: 'repo', label: 'Repository', example: 'acme/app' },
  { name: 'ref', label: 'Refs', example: 'refs/heads/release/*' },
  { name: 'gates', label: 'Gates', example: 'workflow-change' },
  { name: 'hours', label: 'Hours', example: '2' },
  { name: 'reason', label: 'Reason', example: 'release day' },
];

function useGrantForm() {
  const [draft, setDraft] = useState<GrantDraft>(EMPTY_GRANT);
  const [fault, setFault] = useState<Error>();
  const giving = useGive();
  const send = (): void => {
    const body = grantBodyOf(draft);
    setFault(body instanceof Error ? body : undefined);
    if (!(body instanceof Error)) giving.mutate(body, { onSuccess: () => setDraft(EMPTY_GRANT) });
  };
  const change = (changes: Partial<GrantDraft>): void => setDraft((before) => ({ ...before, ...changes }));
  return { draft, change, send, giving, error: fault ?? giving.error };
}

/** Answers holds of one kind beforehand: for members of a gate's group, never for themselves. */
export function NewGrant() {
  const { draft, change, send, giving, error } = useGrantForm();
  return (
    <Paper withBorder p="md">
      <form
        aria-label="New grant"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <Stack gap="sm">
          <Group align="flex-end" grow preventGrowOverflow={false}>
            <NativeSelect
              label="For"
              data={[
                { value: 'engineer', label: 'an engineer' },
                { value: 'session_id', label: 'one session' },
              ]}
              value={draft.forWhom}
              onChange={(event) =>
                change({ forWhom: event.currentTarget.value === 'session_id' ? 'session_id' : 'engineer' })
              }
            />
            <TextInput
              label="Login or session"
              value={draft.name}
              onChange={(event) => change({ name: event.currentTarget.value })}
            />
            {FIELDS.map(({ name, label, example }) => (
              <TextInput
                key={name}
                label={label}
                placeholder={example}
                value={draft[name]}
                onChange={(event) => change({ [name]: event.currentTarget.value })}
              />
            ))}
          </Group>
          <Group>
            <Button type="submit" loading={giving.isPending}>
              Give the grant
            </Button>
            <Text size="sm" c="dimmed">
              For pushes. It counts for gates of your own groups, and opens nothing that a policy forbids.
            </Text>
          </Group>
          {error ? <Failure error={error} /> : null}
        </Stack>
      </form>
    </Paper>
  );
}
