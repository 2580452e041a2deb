import { AppShell, Burger, Button, Group, Menu, NavLink, Text, useMantineColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Me } from '@holdshort/api-client';
import { useMutation } from '@tanstack/react-query';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { hasRole, signOut } from '../api/identity.js';
import { usePendingCount } from '../features/approvals/approval-queries.js';
import { placesFor, type Place } from './navigation.js';

const SCHEMES = [
  { value: 'auto', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;

function PersonMenu({ me }: { me: Me }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const leaving = useMutation({ mutationFn: signOut });
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <Button variant="default" size="xs" aria-label={`Signed in as ${me.human.login}`}>
          {me.human.login}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Text size="xs" px="sm" py={6}>
          {me.human.email}
          <br />
          Groups: {me.human.groups.join(', ') || 'none'}
          <br />
          Roles: {me.roles.join(', ') || 'none'}
        </Text>
        <Menu.Divider />
        <Menu.Label>Colours</Menu.Label>
        {SCHEMES.map(({ value, label }) => (
          <Menu.Item key={value} onClick={() => setColorScheme(value)} aria-current={colorScheme === value}>
            {label} {colorScheme === value ? '✓' : ''}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => leaving.mutate()} closeMenuOnClick={false}>
          {leaving.isError ? 'Signing out failed: try again' : 'Sign out'}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

const isAt = (path: string, to: Place['to']): boolean => (to === '/' ? path === '/' : path.startsWith(to));

function Places({ me, pending, close }: { me: Me; pending: number; close: () => void }) {
  const path = useRouterState({ select: (state) => state.location.pathname });
  return placesFor(me.roles).map(({ to, label }) => (
    <NavLink
      key={to}
      label={label}
      active={isAt(path, to)}
      variant="filled"
      aria-current={isAt(path, to) ? 'page' : undefined}
      rightSection={to === '/approvals' && pending > 0 ? <Text size="xs">{pending} waiting</Text> : undefined}
      onClick={close}
      renderRoot={(props) => <Link to={to} {...props} />}
    />
  ));
}

function useTitle(path: string, pending: number): void {
  useEffect(() => {
    const place = placesFor(['admin']).find(({ to }) => to !== '/' && path.startsWith(to));
    document.title = `${pending > 0 ? `(${pending}) ` : ''}${place?.label ?? 'Overview'} · Holdshort`;
  }, [path, pending]);
}

export function Shell({ me }: { me: Me }) {
  const [opened, { toggle, close }] = useDisclosure();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const pending = usePendingCount(hasRole(me, 'engineer', 'approver', 'auditor', 'policy_editor', 'admin'));
  useTitle(path, pending);
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 200, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding="md"
    >
      <a className="skip" href="#main">
        To the content
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label="Navigation"
              aria-expanded={opened}
            />
            <Text fw={700}>Holdshort</Text>
          </Group>
          <PersonMenu me={me} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Views">
        <Places me={me} pending={pending} close={close} />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}
