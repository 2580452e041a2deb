import { Button, Checkbox, Code, Group, NumberInput, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import type { CreateTokenBody } from '@holdshort/api-client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.js';
import { Failure } from '../../ui/states.js';
import { SCOPES, type Scope } from './scopes.js';

function useCreate() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: CreateTokenBody) => api.call('POST /tokens', { body }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['tokens'] }),
  });
}

const Scopes = ({ chosen, toggle }: { chosen: readonly Scope[]; toggle: (scope: Scope) => void }) => (
  <Checkbox.Group label="What it may do" value={[...chosen]}>
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing={4} mt={4}>
      {SCOPES.map((scope) => (
        <Checkbox key={scope} value={scope} label={scope} onChange={() => toggle(scope)} />
      ))}
    </SimpleGrid>
  </Checkbox.Group>
);

export function NewToken() {
  const [name, setName] = useState('');
  const [days, setDays] = useState<number>(30);
  const [scopes, setScopes] = useState<readonly Scope[]>([]);
  const creating = useCreate();
  const toggle = (scope: Scope): void =>
    setScopes((before) => (before.includes(scope) ? before.filter((each) => each !== scope) : [...before, scope]));
  return (
    <form
      aria-label="New token"
      onSubmit={(event) => {
        event.preventDefault();
        creating.mutate({ name, scopes, days });
      }}
    >
      <Stack gap="sm">
        <Group align="flex-end">
          <TextInput
            label="New token"
            placeholder="nightly report"
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <NumberInput
            label="Days"
            min={1}
            max={366}
            w={90}
            hideControls
            value={days}
            onChange={(value) => setDays(Number(value))}
          />
          <Button type="submit" loading={creating.isPending} disabled={scopes.length === 0}>
            Create
          </Button>
        </Group>
        <Scopes chosen={scopes} toggle={toggle} />
        {creating.error ? <Failure error={creating.error} /> : null}
        {creating.data ? (
          <div role="status">
            <Text size="sm">Shown once:</Text>
            <Code block tabIndex={0} aria-label="The new token" className="record">
              {creating.data.token}
            </Code>
          </div>
        ) : null}
      </Stack>
    </form>
  );
}
