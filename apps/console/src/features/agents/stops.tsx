import { Button, Group, NativeSelect, Paper, Stack, Text, TextInput } from '@mantine/core';
import type { KillBody, KillSwitch } from '@holdshort/api-client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.js';
import { Ago } from '../../ui/moment.js';
import { ReasonDialog } from '../../ui/reason-dialog.js';
import { Answer, Empty, Failure } from '../../ui/states.js';

const SCOPES: readonly { value: KillBody['scope']; label: string }[] = [
  { value: 'engineer', label: 'an engineer' },
  { value: 'workspace', label: 'a workspace' },
  { value: 'all', label: 'everything' },
];

function useStops<Input>(mutationFn: (input: Input) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => queries.invalidateQueries({ queryKey: ['stops'] }) });
}

function StopForm() {
  const [scope, setScope] = useState<KillBody['scope']>('engineer');
  const [target, setTarget] = useState('');
  const stopping = useStops((reason: string) =>
    api.call('POST /kill-switches', { body: { scope, reason, ...(scope === 'all' ? {} : { target }) } }),
  );
  return (
    <Group align="flex-end">
      <NativeSelect
        label="Stop"
        data={[...SCOPES]}
        value={scope}
        onChange={(event) => {
          const wanted = event.currentTarget.value;
          setScope(SCOPES.find(({ value }) => value === wanted)?.value ?? 'engineer');
        }}
      />
      {scope === 'all' ? null : (
        <TextInput label="Which" value={target} onChange={(event) => setTarget(event.currentTarget.value)} />
      )}
      <ReasonDialog
        button="Stop"
        title={scope === 'all' ? 'Stop everything?' : `Stop ${target === '' ? scope : target}?`}
        about="Sessions end, calls are refused, and nothing opens again until the stop is lifted."
        confirm="Stop"
        action={stopping}
      />
    </Group>
  );
}

function Stop({ stop, mayLift }: { stop: KillSwitch; mayLift: boolean }) {
  const lifting = useStops(() => api.call('POST /kill-switches/{id}/lift', { path: { id: stop.id } }));
  return (
    <Group justify="space-between">
      <Text size="sm">
        <strong>
          {stop.scope} {stop.target}
        </strong>
        : {stop.reason} · by {stop.engaged_by}, <Ago at={stop.engaged_at} />
      </Text>
      {mayLift ? (
        <Button size="xs" variant="default" loading={lifting.isPending} onClick={() => lifting.mutate()}>
          Lift
        </Button>
      ) : null}
      {lifting.error ? <Failure error={lifting.error} /> : null}
    </Group>
  );
}

/** What an administrator has stopped, and the way to stop more. */
export function Stops({ mayStop }: { mayStop: boolean }) {
  const stops = useQuery({ queryKey: ['stops'], queryFn: () => api.call('GET /kill-switches', { query: {} }) });
  return (
    <Paper withBorder p="md">
      <Stack>
        {mayStop ? <StopForm /> : null}
        <Answer of={stops} what="stops">
          {({ items }) =>
            items.length === 0 ? (
              <Empty title="Nothing is stopped" />
            ) : (
              items.map((stop) => <Stop key={stop.id} stop={stop} mayLift={mayStop} />)
            )
          }
        </Answer>
      </Stack>
    </Paper>
  );
}
