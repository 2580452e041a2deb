import { Anchor, Button, Paper, SegmentedControl, Table, Text } from '@mantine/core';
import type { Session } from '@holdshort/api-client';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Ago, Moment } from '../../ui/moment.js';
import { StateBadge } from '../../ui/state-badge.js';
import { Answer, Empty, ViewHead } from '../../ui/states.js';
import { WideTable } from '../../ui/wide-table.js';
import { sessionState } from './session-state.js';
import { useSessions } from './session-queries.js';

const route = getRouteApi('/sessions');

const Row = ({ session }: { session: Session }) => (
  <Table.Tr>
    <Table.Td>
      <Anchor size="sm" renderRoot={(props) => <Link to="/sessions/$id" params={{ id: session.id }} {...props} />}>
        {session.human.login}
      </Anchor>
    </Table.Td>
    <Table.Td>{session.is_human ? 'in person' : session.assistant}</Table.Td>
    <Table.Td>{session.workspace}</Table.Td>
    <Table.Td>
      <Moment at={session.opened_at} />
    </Table.Td>
    <Table.Td>{session.ended_at === null ? '' : <Ago at={session.ended_at} />}</Table.Td>
    <Table.Td>
      <StateBadge state={sessionState(session, new Date())} />
    </Table.Td>
  </Table.Tr>
);

const SessionTable = ({ sessions }: { sessions: readonly Session[] }) => (
  <WideTable
    minWidth={640}
    aria-label="Sessions, newest first"
    highlightOnHover
    columns={['Engineer', 'Assistant', 'Workspace', 'Opened', 'Ended', 'State']}
  >
    {sessions.map((session) => (
      <Row key={session.id} session={session} />
    ))}
  </WideTable>
);

export function SessionsView() {
  const { state = 'live' } = route.useSearch();
  const navigate = useNavigate();
  const sessions = useSessions(state);
  return (
    <>
      <ViewHead title="Sessions" about="One engineer, one assistant, one workspace, one stretch of time.">
        <SegmentedControl
          aria-label="Which sessions"
          data={[
            { value: 'live', label: 'Live' },
            { value: 'all', label: 'All' },
          ]}
          value={state}
          onChange={(next) => void navigate({ to: '/sessions', search: next === 'all' ? { state: 'all' } : {} })}
        />
      </ViewHead>
      <Paper withBorder>
        <Answer of={sessions} what="sessions">
          {({ pages }) => {
            const items = pages.flatMap((page) => page.items);
            if (items.length === 0)
              return (
                <Empty title={state === 'live' ? 'Nobody is at work' : 'No sessions yet'}>
                  <code>holdshort run -- COMMAND</code> opens one.
                </Empty>
              );
            return (
              <>
                <SessionTable sessions={items} />
                {sessions.hasNextPage ? (
                  <Button
                    m="sm"
                    variant="default"
                    loading={sessions.isFetchingNextPage}
                    onClick={() => void sessions.fetchNextPage()}
                  >
                    Older sessions
                  </Button>
                ) : (
                  <Text size="sm" c="dimmed" p="sm">
                    That is all: {items.length}.
                  </Text>
                )}
              </>
            );
          }}
        </Answer>
      </Paper>
    </>
  );
}
