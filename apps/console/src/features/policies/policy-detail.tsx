import { Button, Paper, SegmentedControl, Stack, Table, Text } from '@mantine/core';
import type { PolicyDetail as Detail } from '@holdshort/api-client';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { hasRole, useMe } from '../../api/identity.js';
import { Moment } from '../../ui/moment.js';
import { StateBadge } from '../../ui/state-badge.js';
import { Answer, Empty, ViewHead } from '../../ui/states.js';
import { WideTable } from '../../ui/wide-table.js';
import { CedarText } from './cedar-text.js';
import { PolicyChanges } from './policy-changes.js';
import { policyQuery } from './policy-queries.js';
import { PolicySteps } from './policy-steps.js';
import { SimulationPanel } from './simulation-panel.js';

const route = getRouteApi('/policies/$id');
type Shown = 'policies' | 'changes' | 'text' | 'simulation';

const Facts = ({ policy }: { policy: Detail }) => (
  <dl className="facts">
    <dt>By</dt>
    <dd>
      {policy.author ?? 'Holdshort'}, <Moment at={policy.created_at} />
    </dd>
    <dt>Reviewed by</dt>
    <dd>{policy.reviewer ?? 'nobody yet'}</dd>
    <dt>In force since</dt>
    <dd>{policy.activated_at === null ? 'never' : <Moment at={policy.activated_at} />}</dd>
    <dt>Cases</dt>
    <dd>{policy.cases}, all of which passed when it was saved</dd>
    {policy.note === '' ? null : (
      <>
        <dt>Note</dt>
        <dd>{policy.note}</dd>
      </>
    )}
  </dl>
);

const Policies = ({ policy }: { policy: Detail }) =>
  policy.policies.length === 0 ? (
    <Empty title="It has no policy" />
  ) : (
    <WideTable minWidth={420} aria-label="Its policies" columns={['Effect', 'Policy', 'What it says']}>
      {policy.policies.map(({ id, title, effect }) => (
        <Table.Tr key={id}>
          <Table.Td>
            <StateBadge state={effect} />
          </Table.Td>
          <Table.Td>
            <Link to="/audit" search={{ policy: id }} title="What it decided">
              {id}
            </Link>
          </Table.Td>
          <Table.Td>{title}</Table.Td>
        </Table.Tr>
      ))}
    </WideTable>
  );

function Part({ policy, show }: { policy: Detail; show: Shown }) {
  if (show === 'changes') return <PolicyChanges version={policy.version} />;
  if (show === 'simulation') return <SimulationPanel version={policy.version} />;
  if (show === 'policies')
    return (
      <Paper withBorder>
        <Policies policy={policy} />
      </Paper>
    );
  return (
    <Stack>
      <CedarText label="Access" text={policy.source.access} />
      <CedarText label="Obligations" text={policy.source.obligations} />
    </Stack>
  );
}

function Parts({ policy }: { policy: Detail }) {
  const { show = 'policies' } = route.useSearch();
  const navigate = useNavigate();
  const mayEdit = hasRole(useMe(), 'policy_editor', 'admin');
  const parts = [
    { value: 'policies', label: 'Policies' },
    { value: 'changes', label: 'Changes' },
    { value: 'text', label: 'Text' },
    ...(mayEdit ? [{ value: 'simulation', label: 'Simulation' }] : []),
  ];
  return (
    <>
      <SegmentedControl
        aria-label="What to show"
        data={parts}
        value={show}
        onChange={(next) =>
          void navigate({
            to: '/policies/$id',
            params: { id: policy.version },
            search: next === 'policies' ? {} : { show: next as Exclude<Shown, 'policies'> },
          })
        }
      />
      <Part policy={policy} show={show} />
      {mayEdit ? (
        <Text size="sm">
          <Button
            variant="default"
            renderRoot={(props) => <Link to="/policies/new" search={{ from: policy.version }} {...props} />}
          >
            New version from this one
          </Button>
        </Text>
      ) : null}
    </>
  );
}

export function PolicyDetail() {
  const { id } = route.useParams();
  const found = useQuery(policyQuery(id));
  return (
    <Answer of={found} what="the policy">
      {(policy) => (
        <Stack>
          <ViewHead title={policy.name} about={<code>{policy.version}</code>}>
            <StateBadge state={policy.state} />
            <PolicySteps policy={policy} />
          </ViewHead>
          <Paper withBorder p="md">
            <Facts policy={policy} />
          </Paper>
          <Parts policy={policy} />
        </Stack>
      )}
    </Answer>
  );
}
