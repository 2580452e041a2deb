import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import type { LegalHold } from '@holdshort/api-client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.js';
import { Ago } from '../../ui/moment.js';
import { ReasonDialog } from '../../ui/reason-dialog.js';
import { Answer, Empty, Failure } from '../../ui/states.js';

function useHolds<Input>(mutationFn: (input: Input) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => queries.invalidateQueries({ queryKey: ['legal holds'] }) });
}

function Place() {
  const [session, setSession] = useState('');
  const placing = useHolds((reason: string) =>
    api.call('POST /legal-holds', { body: { session_id: session.trim(), reason } }),
  );
  return (
    <Group align="flex-end">
      <TextInput
        label="Session to keep"
        placeholder="ses_…"
        value={session}
        onChange={(event) => setSession(event.currentTarget.value)}
      />
      <ReasonDialog
        button="Place a hold"
        title={`Keep the events of ${session === '' ? 'the session' : session}?`}
        about="They outlive the retention of the trail until an administrator releases them."
        confirm="Place it"
        danger={false}
        action={placing}
      />
    </Group>
  );
}

function Hold({ hold, mayRelease }: { hold: LegalHold; mayRelease: boolean }) {
  const releasing = useHolds(() => api.call('DELETE /legal-holds/{session}', { path: { session: hold.session_id } }));
  return (
    <Group justify="space-between">
      <Text size="sm">
        <strong>{hold.session_id}</strong>: {hold.reason} · by {hold.held_by}, <Ago at={hold.held_at} />
      </Text>
      {mayRelease ? (
        <Button size="xs" variant="default" loading={releasing.isPending} onClick={() => releasing.mutate(undefined)}>
          Release
        </Button>
      ) : null}
      {releasing.error ? <Failure error={releasing.error} /> : null}
    </Group>
  );
}

/** Sessions whose events outlive retention. */
export function LegalHolds({ mayRelease }: { mayRelease: boolean }) {
  const holds = useQuery({ queryKey: ['legal holds'], queryFn: () => api.call('GET /legal-holds') });
  return (
    <Stack>
      <Place />
      <Answer of={holds} what="legal holds">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nothing is under a legal hold" />
          ) : (
            items.map((hold) => <Hold key={hold.session_id} hold={hold} mayRelease={mayRelease} />)
          )
        }
      </Answer>
    </Stack>
  );
}
