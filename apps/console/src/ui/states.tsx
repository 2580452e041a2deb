import { toHoldshortError } from '@holdshort/errors';
import { Alert, Button, Center, Loader, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

export const Loading = ({ what }: { what: string }) => (
  <Center py="xl" role="status">
    <Loader size="sm" mr="sm" aria-hidden />
    <Text c="dimmed">Loading {what} …</Text>
  </Center>
);

/** Nothing there, and what would be. */
export const Empty = ({ title, children }: { title: string; children?: ReactNode }) => (
  <Stack align="center" gap={4} py="xl" px="md" role="status">
    <Text fw={600}>{title}</Text>
    {children === undefined ? null : (
      <Text c="dimmed" size="sm" ta="center" maw={520} component="div">
        {children}
      </Text>
    )}
  </Stack>
);

/** What failed, why, and what to do instead. */
export function Failure({ error, retry }: { error: unknown; retry?: (() => void) | undefined }) {
  const { message, advice } = toHoldshortError(error);
  return (
    <Alert color="red" variant="outline" role="alert" title="This did not work">
      <Stack gap="xs" align="flex-start">
        <Text size="sm" className="lines">
          {message}
        </Text>
        {advice === undefined ? null : <Text size="sm">{advice}</Text>}
        {retry ? (
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        ) : null}
      </Stack>
    </Alert>
  );
}

/** Heading of a view, the line that says what it is for, and what can be done in it. */
export function ViewHead({ title, about, children }: { title: string; about?: ReactNode; children?: ReactNode }) {
  return (
    <div className="view-head">
      <div>
        <Title order={1} size="h3">
          {title}
        </Title>
        {about === undefined ? null : (
          <Text c="dimmed" size="sm" component="div">
            {about}
          </Text>
        )}
      </div>
      {children === undefined ? null : <div className="view-tools">{children}</div>}
    </div>
  );
}

interface Answered<T> {
  data: T | undefined;
  error: Error | null;
  refetch: () => unknown;
}

/** The three states that every view has beside its content. */
export function Answer<T>({ of, what, children }: { of: Answered<T>; what: string; children: (data: T) => ReactNode }) {
  if (of.data !== undefined)
    return (
      <>
        {of.error ? <Failure error={of.error} retry={() => void of.refetch()} /> : null}
        {children(of.data)}
      </>
    );
  if (of.error) return <Failure error={of.error} retry={() => void of.refetch()} />;
  return <Loading what={what} />;
}
