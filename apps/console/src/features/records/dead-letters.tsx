import { Button, Group, Stack, Table, Text } from '@mantine/core';
import type { DeadLetter } from '@holdshort/api-client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.js';
import { Moment } from '../../ui/moment.js';
import { Answer, Empty, Failure } from '../../ui/states.js';
import { WideTable } from '../../ui/wide-table.js';

const placeOf = ({ topic, partition, kafka_offset: offset, source }: DeadLetter): string =>
  topic === null ? source : `${topic}, ${partition ?? 0}:${offset ?? '?'}`;

const Row = ({ letter }: { letter: DeadLetter }) => (
  <Table.Tr>
    <Table.Td>{letter.id}</Table.Td>
    <Table.Td>
      <Moment at={letter.arrived_at} />
    </Table.Td>
    <Table.Td>{letter.reason}</Table.Td>
    <Table.Td>{placeOf(letter)}</Table.Td>
    <Table.Td>{letter.bytes}</Table.Td>
    <Table.Td>{letter.replay_result ?? 'not tried again'}</Table.Td>
  </Table.Tr>
);

function Again() {
  const queries = useQueryClient();
  const trying = useMutation({
    mutationFn: () => api.call('POST /dead-letters/replay', { body: {} }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['dead letters'] }),
  });
  return (
    <Group p="sm">
      <Button variant="default" loading={trying.isPending} onClick={() => trying.mutate()}>
        Try all of them again
      </Button>
      {trying.data ? <Text size="sm">{trying.data.wanted} will be tried within seconds.</Text> : null}
      {trying.error ? <Failure error={trying.error} /> : null}
    </Group>
  );
}

/** Records that could not be stored as events: why, and where they stood. Their bytes are shown to nobody. */
export function DeadLetters({ mayReplay }: { mayReplay: boolean }) {
  const letters = useQuery({ queryKey: ['dead letters'], queryFn: () => api.call('GET /dead-letters') });
  return (
    <Answer of={letters} what="dead letters">
      {({ items }) =>
        items.length === 0 ? (
          <Empty title="Every record could be stored" />
        ) : (
          <Stack gap={0}>
            <WideTable
              minWidth={760}
              aria-label="Dead letters, newest first"
              columns={['Letter', { title: 'Arrived', width: 215 }, 'Why', 'From', 'Bytes', 'Another try']}
            >
              {items.map((letter) => (
                <Row key={letter.id} letter={letter} />
              ))}
            </WideTable>
            {mayReplay ? <Again /> : null}
          </Stack>
        )
      }
    </Answer>
  );
}
