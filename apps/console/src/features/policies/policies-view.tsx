import { Anchor, Button, Paper, Stack, Table, Text, Title } from '@mantine/core';
import type { PolicyActivation, PolicySummary } from '@holdshort/api-client';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { hasRole, useMe } from '../../api/identity.js';
import { Ago, Moment } from '../../ui/moment.js';
import { StateBadge } from '../../ui/state-badge.js';
import { Answer, Empty, ViewHead } from '../../ui/states.js';
import { WideTable } from '../../ui/wide-table.js';
import { StarterPicker } from './starter-picker.js';
import { activationsQuery, usePolicies } from './policy-queries.js';

const PolicyLink = ({ version, children }: { version: string; children: string }) => (
  <Anchor size="sm" renderRoot={(props) => <Link to="/policies/$id" params={{ id: version }} {...props} />}>
    {children}
  </Anchor>
);

const Row = ({ policy }: { policy: PolicySummary }) => (
  <Table.Tr>
    <Table.Td>
      <PolicyLink version={policy.version}>{policy.name}</PolicyLink>
      <br />
      <code>{policy.version}</code>
    </Table.Td>
    <Table.Td>
      <StateBadge state={policy.state} />
    </Table.Td>
    <Table.Td>{policy.author ?? 'Holdshort'}</Table.Td>
    <Table.Td>
      <Moment at={policy.created_at} />
    </Table.Td>
    <Table.Td>{policy.cases}</Table.Td>
    <Table.Td>
      {policy.note}
      {policy.newer_starter === null ? '' : ' A newer version of its starter set came with this release.'}
    </Table.Td>
  </Table.Tr>
);

const PolicyTable = ({ policies }: { policies: readonly PolicySummary[] }) => (
  <WideTable
    minWidth={720}
    aria-label="Policy versions, newest first"
    columns={['Policy', 'State', 'By', 'Saved', 'Cases', 'Note']}
  >
    {policies.map((policy) => (
      <Row key={policy.version} policy={policy} />
    ))}
  </WideTable>
);

const Activation = ({ activation }: { activation: PolicyActivation }) => (
  <li>
    <Ago at={activation.at} />: <PolicyLink version={activation.version}>{activation.version}</PolicyLink> by{' '}
    {activation.by ?? 'Holdshort'}
    {activation.reason === '' ? '' : `: ${activation.reason}`}
  </li>
);

function Activations() {
  const activations = useQuery(activationsQuery);
  return (
    <Answer of={activations} what="activations">
      {({ items }) => (
        <ul className="plain padded">
          {items.map((activation) => (
            <Activation key={`${activation.at} ${activation.version}`} activation={activation} />
          ))}
        </ul>
      )}
    </Answer>
  );
}

function Versions() {
  const policies = usePolicies();
  return (
    <Answer of={policies} what="policies">
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items);
        if (items.length === 0) return <Empty title="No policy yet">Without one, everything is refused.</Empty>;
        return (
          <>
            <PolicyTable policies={items} />
            {policies.hasNextPage ? (
              <Button m="sm" variant="default" onClick={() => void policies.fetchNextPage()}>
                Older versions
              </Button>
            ) : null}
          </>
        );
      }}
    </Answer>
  );
}

export function PoliciesView() {
  const mayEdit = hasRole(useMe(), 'policy_editor', 'admin');
  return (
    <Stack>
      <ViewHead title="Policies" about="Who may do what on GitHub. A version never changes; one of them is in force.">
        {mayEdit ? <Button renderRoot={(props) => <Link to="/policies/new" {...props} />}>New version</Button> : null}
      </ViewHead>
      <Paper withBorder>
        <Versions />
      </Paper>
      {mayEdit ? (
        <>
          <Title order={2} size="h4">
            Starter sets
          </Title>
          <StarterPicker />
        </>
      ) : null}
      <Title order={2} size="h4">
        What came into force
      </Title>
      <Paper withBorder>
        <Activations />
      </Paper>
      <Text size="sm" c="dimmed">
        The same from files: <code>holdshort policy init</code>, <code>test</code>, <code>apply</code>.
      </Text>
    </Stack>
  );
}
