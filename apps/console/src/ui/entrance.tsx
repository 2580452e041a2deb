import { Button, Center, Paper, Stack, Text, Title } from '@mantine/core';
import type { Me } from '@holdshort/api-client';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { isSignedOut } from '../api/client.js';
import { signInUrl, signOut, useMeQuery } from '../api/identity.js';
import { Shell } from './shell.js';
import { Failure, Loading } from './states.js';

const Card = ({ title, children }: { title: string; children: ReactNode }) => (
  <Center mih="100vh" p="md" component="main">
    <Paper withBorder p="xl" maw={440} w="100%">
      <Stack>
        <Title order={1} size="h3">
          {title}
        </Title>
        {children}
      </Stack>
    </Paper>
  </Center>
);

const SignIn = () => (
  <Card title="Holdshort">
    <Text>Sign in to see and answer what AI assistants want to do on GitHub.</Text>
    <Button component="a" href={signInUrl()}>
      Sign in
    </Button>
  </Card>
);

function NoRole({ me }: { me: Me }) {
  const leaving = useMutation({ mutationFn: signOut });
  return (
    <Card title="No access yet">
      <Text>
        You are signed in as {me.human.login}, but none of your groups gives a role here. Ask an administrator of
        Holdshort.
      </Text>
      <Button variant="default" onClick={() => leaving.mutate()}>
        Sign out
      </Button>
      {leaving.error ? <Failure error={leaving.error} /> : null}
    </Card>
  );
}

/** Who is there decides what there is. */
export function Entrance() {
  const me = useMeQuery();
  if (isSignedOut(me.error)) return <SignIn />;
  if (me.data) return me.data.roles.length === 0 ? <NoRole me={me.data} /> : <Shell me={me.data} />;
  if (me.error)
    return (
      <Card title="Holdshort">
        <Failure error={me.error} retry={() => void me.refetch()} />
      </Card>
    );
  return (
    <main>
      <Loading what="the console" />
    </main>
  );
}
