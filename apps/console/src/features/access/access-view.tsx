import { Checkbox, Paper, Stack, Table, Title } from '@mantine/core';
import type { GroupRoles } from '@holdshort/api-client';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.js';
import { hasRole, useMe, type Role } from '../../api/identity.js';
import { Moment } from '../../ui/moment.js';
import { Answer, Empty, Failure, ViewHead } from '../../ui/states.js';
import { WideTable } from '../../ui/wide-table.js';
import { NewGroup } from './new-group.js';
import { ROLES, useSetRoles } from './set-roles.js';

function Row({ entry, mayChange }: { entry: GroupRoles; mayChange: boolean }) {
  const setting = useSetRoles();
  const has = (role: Role): boolean => entry.roles.includes(role);
  const toggled = (role: Role): Role[] => ROLES.filter((each) => (each === role ? !has(each) : has(each)));
  return (
    <Table.Tr>
      <Table.Th scope="row">
        {entry.group}
        {setting.error ? <Failure error={setting.error} /> : null}
      </Table.Th>
      {ROLES.map((role) => (
        <Table.Td key={role}>
          <Checkbox
            aria-label={`${role} for ${entry.group}`}
            checked={has(role)}
            disabled={!mayChange || setting.isPending}
            onChange={() => setting.mutate({ group: entry.group, roles: toggled(role) })}
          />
        </Table.Td>
      ))}
    </Table.Tr>
  );
}

function Groups({ mayChange }: { mayChange: boolean }) {
  const roles = useQuery({ queryKey: ['roles'], queryFn: () => api.call('GET /roles') });
  return (
    <Answer of={roles} what="roles">
      {({ items }) =>
        items.length === 0 ? (
          <Empty title="No group has a role" />
        ) : (
          <WideTable minWidth={620} aria-label="Groups and their roles" columns={['Group', ...ROLES]}>
            {items.map((entry) => (
              <Row key={entry.group} entry={entry} mayChange={mayChange} />
            ))}
          </WideTable>
        )
      }
    </Answer>
  );
}

function Keys() {
  const keys = useQuery({ queryKey: ['keys'], queryFn: () => api.call('GET /keys') });
  return (
    <Answer of={keys} what="keys">
      {({ items }) =>
        items.length === 0 ? (
          <Empty title="Nothing is encrypted yet" />
        ) : (
          <ul className="plain padded">
            {items.map((key) => (
              <li key={key.id}>
                <code>{key.id}</code>, wrapped by {key.wrapped_by}, since <Moment at={key.created_at} />
                {key.is_current ? ' (current)' : ''}
              </li>
            ))}
          </ul>
        )
      }
    </Answer>
  );
}

export function AccessView() {
  const isAdmin = hasRole(useMe(), 'admin');
  return (
    <Stack>
      <ViewHead
        title="Access"
        about="Which groups of the identity provider have which role here. What they may do on GitHub stands in the policy."
      />
      <Paper withBorder>
        <Groups mayChange={isAdmin} />
      </Paper>
      {isAdmin ? <NewGroup /> : null}
      <Title order={2} size="h4">
        Keys of stored secrets
      </Title>
      <Paper withBorder>
        <Keys />
      </Paper>
    </Stack>
  );
}
