import { Anchor, Paper, SegmentedControl, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import type { Overview } from '@holdshort/api-client';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/client.js';
import { Answer, Empty, ViewHead } from '../../ui/states.js';
import { WideTable } from '../../ui/wide-table.js';
import { byAssistant, everyHour, sumOf, type Counts } from './day-hours.js';
import { HoursChart } from './hours-chart.js';
import { Waiting } from './waiting.js';

type Span = 'today' | 'week';

const startOf = (span: Span): Date => {
  const start = new Date();
  start.setHours(0, 0, 0, 0);
  if (span === 'week') start.setDate(start.getDate() - 6);
  return start;
};

const Figure = ({ label, value, children }: { label: string; value: number; children?: ReactNode }) => (
  <Paper withBorder p="md">
    <Text size="sm" c="dimmed">
      {label}
    </Text>
    <Text fz={28} fw={700} lh={1.2}>
      {value.toLocaleString('en')}
    </Text>
    {children}
  </Paper>
);

const Figures = ({ counts, since }: { counts: Counts; since: string }) => (
  <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
    <Figure label="Calls" value={counts.calls} />
    <Figure label="Pushes that arrived" value={counts.pushes} />
    <Figure label="Refused" value={counts.refusals}>
      <Anchor size="sm" renderRoot={(props) => <Link to="/audit" search={{ decision: 'deny', since }} {...props} />}>
        Which
      </Anchor>
    </Figure>
    <Figure label="Held for people" value={counts.holds}>
      <Anchor size="sm" renderRoot={(props) => <Link to="/approvals" search={{ state: 'all' }} {...props} />}>
        Which
      </Anchor>
    </Figure>
  </SimpleGrid>
);

const Assistants = ({ hours }: { hours: Overview['hours'] }) => (
  <WideTable minWidth={420} aria-label="By assistant" columns={['Assistant', 'Calls', 'Pushes', 'Refused', 'Held']}>
    {byAssistant(hours).map(({ assistant, calls, pushes, refusals, holds }) => (
      <Table.Tr key={assistant}>
        <Table.Th scope="row">{assistant === '' ? 'none: people, or nobody known' : assistant}</Table.Th>
        <Table.Td>{calls}</Table.Td>
        <Table.Td>{pushes}</Table.Td>
        <Table.Td>{refusals}</Table.Td>
        <Table.Td>{holds}</Table.Td>
      </Table.Tr>
    ))}
  </WideTable>
);

const Agents = ({ agents }: { agents: NonNullable<Overview['agents']> }) => (
  <Paper withBorder p="md">
    <Title order={2} size="h5" mb={4}>
      Agents
    </Title>
    <Text size="sm">
      {agents.total} joined, {agents.silent} of them silent for 5 minutes or more. <Link to="/agents">All agents</Link>
    </Text>
    <ul className="plain">
      {agents.versions.map(({ version, agents: count }) => (
        <li key={version}>
          {count} of version {version === '' ? 'unknown' : version}
        </li>
      ))}
    </ul>
  </Paper>
);

const Numbers = ({ overview }: { overview: Overview }) => (
  <Stack>
    <Figures counts={sumOf(overview.hours)} since={overview.since} />
    {overview.hours.length === 0 ? (
      <Empty title="Nothing happened yet">
        Calls appear here once somebody works through an agent: <code>holdshort run -- COMMAND</code>.
      </Empty>
    ) : (
      <Paper withBorder p="md">
        <HoursChart hours={everyHour(overview.hours, new Date(overview.since), new Date(overview.until))} />
        <Assistants hours={overview.hours} />
      </Paper>
    )}
    {overview.agents ? <Agents agents={overview.agents} /> : null}
  </Stack>
);

export function OverviewView() {
  const [span, setSpan] = useState<Span>('today');
  const overview = useQuery({
    queryKey: ['overview', span],
    queryFn: () => api.call('GET /overview', { query: { since: startOf(span).toISOString() } }),
    refetchInterval: 30_000,
  });
  return (
    <Stack>
      <ViewHead title="Overview" about="What assistants did through Holdshort, as far as you may see it.">
        <SegmentedControl
          aria-label="Which time"
          data={[
            { value: 'today', label: 'Today' },
            { value: 'week', label: '7 days' },
          ]}
          value={span}
          onChange={(next) => setSpan(next === 'week' ? 'week' : 'today')}
        />
      </ViewHead>
      <Waiting />
      <Answer of={overview} what="the numbers">
        {(data) => <Numbers overview={data} />}
      </Answer>
    </Stack>
  );
}
