import { Paper, Stack, Table, Title } from '@mantine/core';
import type { Agent } from '@holdshort/api-client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.js';
import { hasRole, useMe } from '../../api/identity.js';
import { Ago, Moment } from '../../ui/moment.js';
import { ReasonDialog } from '../../ui/reason-dialog.js';
import { StateBadge } from '../../ui/state-badge.js';
import { Answer, Empty, ViewHead } from '../../ui/states.js';
import { WideTable } from '../../ui/wide-table.js';
import { agentState } from './agent-state.js';
import { JoinForm } from './join-form.js';
import { Stops } from './stops.js';

function useRevoke(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) => api.call('POST /agents/{id}/revoke', { path: { id }, body: { reason } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['agents'] }),
  });
}

function Row({ agent, mayRevoke }: { agent: Agent; mayRevoke: boolean }) {
  const revoking = useRevoke(agent.id);
  return (
    <Table.Tr>
      <Table.Td>
        {agent.workspace}
        <br />
        <code>{agent.id}</code>
      </Table.Td>
      <Table.Td>{agent.host}</Table.Td>
      <Table.Td>{agent.version}</Table.Td>
      <Table.Td>{agent.last_seen === null ? 'never' : <Ago at={agent.last_seen} />}</Table.Td>
      <Table.Td>
        <Moment at={agent.certificate_expires} />
      </Table.Td>
      <Table.Td>
        <StateBadge state={agentState(agent, new Date())} />
      </Table.Td>
      {mayRevoke ? (
        <Table.Td>
          {agent.revoked_at === null ? (
            <ReasonDialog
              button="Revoke"
              title={`Revoke the agent of ${agent.workspace}?`}
              about="Its certificate is refused at once, on every replica, and the sessions through it end. It joins again only with a new join token."
              confirm="Revoke it"
              action={revoking}
            />
          ) : null}
        </Table.Td>
      ) : null}
    </Table.Tr>
  );
}

const AgentTable = ({ agents, mayRevoke }: { agents: readonly Agent[]; mayRevoke: boolean }) => (
  <WideTable
    minWidth={760}
    aria-label="Agents"
    columns={[
      'Workspace',
      'Host',
      'Version',
      'Last seen',
      'Certificate until',
      'State',
      ...(mayRevoke ? ['Stop'] : []),
    ]}
  >
    {agents.map((agent) => (
      <Row key={agent.id} agent={agent} mayRevoke={mayRevoke} />
    ))}
  </WideTable>
);

export function AgentsView() {
  const isAdmin = hasRole(useMe(), 'admin');
  const agents = useQuery({
    queryKey: ['agents'],
    queryFn: () => api.call('GET /agents'),
    refetchInterval: 10_000,
  });
  return (
    <Stack>
      <ViewHead title="Agents" about="The gateways in the workspaces, and what they say of themselves." />
      {isAdmin ? <JoinForm /> : null}
      <Paper withBorder>
        <Answer of={agents} what="agents">
          {({ items }) =>
            items.length === 0 ? (
              <Empty title="No agent has joined">A join token enrols one, once, within 15 minutes.</Empty>
            ) : (
              <AgentTable agents={items} mayRevoke={isAdmin} />
            )
          }
        </Answer>
      </Paper>
      <Title order={2} size="h4">
        Stops
      </Title>
      <Stops mayStop={isAdmin} />
    </Stack>
  );
}
