import { Button, Paper, SegmentedControl, Stack, Table } from '@mantine/core';
import type { Grant } from '@holdshort/api-client';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { hasRole, useMe } from '../../api/identity.js';
import { Ago, Moment } from '../../ui/moment.js';
import { Answer, Empty, Failure, ViewHead } from '../../ui/states.js';
import { WideTable } from '../../ui/wide-table.js';
import { useGrants, useRevoke } from './grant-queries.js';
import { NewGrant } from './new-grant.js';

const route = getRouteApi('/grants');

function End({ grant, mayRevoke }: { grant: Grant; mayRevoke: boolean }) {
  const revoking = useRevoke(grant.id);
  if (grant.revoked_at !== null)
    return (
      <>
        taken back by {grant.revoked_by ?? 'somebody'}, <Ago at={grant.revoked_at} />
      </>
    );
  return (
    <>
      <Moment at={grant.expires_at} />
      {mayRevoke && new Date(grant.expires_at) > new Date() ? (
        <Button
          ml="xs"
          size="compact-xs"
          variant="default"
          loading={revoking.isPending}
          onClick={() => revoking.mutate(undefined)}
        >
          Take back
        </Button>
      ) : null}
      {revoking.error ? <Failure error={revoking.error} /> : null}
    </>
  );
}

function Row({ grant }: { grant: Grant }) {
  const me = useMe();
  return (
    <Table.Tr>
      <Table.Td>
        <code>{grant.id}</code>
      </Table.Td>
      <Table.Td>{grant.session_id ?? grant.engineer}</Table.Td>
      <Table.Td>
        {grant.repo} {grant.ref}
      </Table.Td>
      <Table.Td>{grant.gates.join(', ')}</Table.Td>
      <Table.Td>{grant.granted_by}</Table.Td>
      <Table.Td>{grant.uses}</Table.Td>
      <Table.Td>
        <End grant={grant} mayRevoke={hasRole(me, 'admin') || grant.granted_by === me.human.login} />
      </Table.Td>
    </Table.Tr>
  );
}

export function GrantsView() {
  const { state = 'live' } = route.useSearch();
  const navigate = useNavigate();
  const grants = useGrants(state);
  const mayGive = hasRole(useMe(), 'engineer', 'approver', 'admin');
  return (
    <Stack>
      <ViewHead title="Grants" about="Answers to holds of one kind, given beforehand and for a while.">
        <SegmentedControl
          aria-label="Which grants"
          data={[
            { value: 'live', label: 'Valid' },
            { value: 'all', label: 'All' },
          ]}
          value={state}
          onChange={(next) => void navigate({ to: '/grants', search: next === 'all' ? { state: 'all' } : {} })}
        />
      </ViewHead>
      <Paper withBorder>
        <Answer of={grants} what="grants">
          {({ items }) =>
            items.length === 0 ? (
              <Empty title={state === 'all' ? 'No grant was given yet' : 'No grant is valid'}>
                Holds wait for people, one by one.
              </Empty>
            ) : (
              <WideTable
                minWidth={820}
                aria-label="Grants, newest first"
                columns={['Grant', 'For', 'Where', 'Gates', 'By', 'Used', 'Until']}
              >
                {items.map((grant) => (
                  <Row key={grant.id} grant={grant} />
                ))}
              </WideTable>
            )
          }
        </Answer>
      </Paper>
      {mayGive ? <NewGrant /> : null}
    </Stack>
  );
}
