import { Button, Group, NativeSelect, Paper, Stack, Table, Text } from '@mantine/core';
import type { Simulation } from '@holdshort/api-client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.js';
import { Moment } from '../../ui/moment.js';
import { Answer, Empty, Failure } from '../../ui/states.js';
import { WideTable } from '../../ui/wide-table.js';

const DAY = 86_400_000;
const SPANS = [
  { value: '1', label: 'of the last day' },
  { value: '7', label: 'of the last 7 days' },
  { value: '30', label: 'of the last 30 days' },
];

type Report = NonNullable<Simulation['report']>;

const Samples = ({ samples }: { samples: Report['samples'] }) => (
  <WideTable
    minWidth={640}
    aria-label="Decisions that would flip"
    columns={['When', 'Who', 'What', 'Was', 'Would be', 'By']}
  >
    {samples.map((sample, index) => (
      <Table.Tr key={index}>
        <Table.Td>
          <Moment at={sample.at} />
        </Table.Td>
        <Table.Td>{sample.actor}</Table.Td>
        <Table.Td>
          {sample.repository} · {sample.operation}
        </Table.Td>
        <Table.Td>{sample.recorded}</Table.Td>
        <Table.Td>{sample.simulated}</Table.Td>
        <Table.Td>{sample.policies.join(', ')}</Table.Td>
      </Table.Tr>
    ))}
  </WideTable>
);

const Numbers = ({ report }: { report: Report }) => (
  <Stack gap="xs">
    <Text role="status" fw={600}>
      {report.flips} of {report.judged} decisions would be decided otherwise.
    </Text>
    {report.skipped > 0 ? <Text size="sm">{report.skipped} could not be asked again, and are not counted.</Text> : null}
    {report.flips === 0 ? <Empty title="Nothing would flip" /> : <Samples samples={report.samples} />}
  </Stack>
);

function Result({ id }: { id: string }) {
  const found = useQuery({
    queryKey: ['simulation', id],
    queryFn: () => api.call('GET /simulations/{id}', { path: { id } }),
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? 1_000 : false),
  });
  return (
    <Answer of={found} what="the simulation">
      {(simulation) => {
        if (simulation.state === 'running') return <Text role="status">Asking the recorded decisions again …</Text>;
        if (simulation.report === null) return <Failure error={new Error(simulation.error ?? 'It failed.')} />;
        return <Numbers report={simulation.report} />;
      }}
    </Answer>
  );
}

/** What the version would have decided of what was asked lately. */
export function SimulationPanel({ version }: { version: string }) {
  const [days, setDays] = useState('7');
  const starting = useMutation({
    mutationFn: () =>
      api.call('POST /simulations', {
        body: { version, from: new Date(Date.now() - Number(days) * DAY).toISOString() },
      }),
  });
  return (
    <Paper withBorder p="md">
      <Group align="flex-end" mb="md">
        <NativeSelect
          label="Ask the decisions"
          data={SPANS}
          value={days}
          onChange={(event) => setDays(event.currentTarget.value)}
        />
        <Button loading={starting.isPending} onClick={() => starting.mutate()}>
          Simulate
        </Button>
      </Group>
      {starting.error ? <Failure error={starting.error} /> : null}
      {starting.data ? <Result key={starting.data.id} id={starting.data.id} /> : null}
    </Paper>
  );
}
