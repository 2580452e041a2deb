import { Button, Code, CopyButton, Group, Paper, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.js';
import { Moment } from '../../ui/moment.js';
import { Failure } from '../../ui/states.js';

function Token({ token, until }: { token: string; until: string }) {
  return (
    <Stack gap="xs" role="status">
      <Text size="sm">
        Shown once. It enrols one agent until <Moment at={until} />.
      </Text>
      <Code block tabIndex={0} aria-label="Join token" className="record">
        {token}
      </Code>
      <CopyButton value={token}>
        {({ copied, copy }) => (
          <Button size="xs" variant="default" onClick={copy} w="fit-content">
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </CopyButton>
    </Stack>
  );
}

export function JoinForm() {
  const [workspace, setWorkspace] = useState('');
  const joining = useMutation({ mutationFn: () => api.call('POST /agents/join-tokens', { body: { workspace } }) });
  return (
    <Paper withBorder p="md">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          joining.mutate();
        }}
      >
        <Group align="flex-end">
          <TextInput
            label="New workspace"
            placeholder="alice-laptop"
            required
            value={workspace}
            onChange={(event) => setWorkspace(event.currentTarget.value)}
          />
          <Button type="submit" loading={joining.isPending}>
            Create a join token
          </Button>
        </Group>
      </form>
      {joining.error ? <Failure error={joining.error} /> : null}
      {joining.data ? <Token token={joining.data.token} until={joining.data.expires_at} /> : null}
    </Paper>
  );
}
