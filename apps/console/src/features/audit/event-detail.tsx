import { Anchor, Code, Group, Stack } from '@mantine/core';
import type { AuditEvent } from '@holdshort/audit-events';
import { Link } from '@tanstack/react-router';

/** Where one goes from an event: its call, its session, its approval, what else touched its commits. */
function Ways({ event }: { event: AuditEvent }) {
  const commit = event.push?.find(({ new: to }) => !/^0+$/.test(to))?.new;
  return (
    <Group gap="md">
      <Anchor
        size="sm"
        renderRoot={(props) => <Link to="/audit" search={{ correlation_id: event.correlation_id }} {...props} />}
      >
        The whole call
      </Anchor>
      {event.session_id === undefined ? null : (
        <Anchor
          size="sm"
          renderRoot={(props) => <Link to="/sessions/$id" params={{ id: event.session_id ?? '' }} {...props} />}
        >
          Its session
        </Anchor>
      )}
      {event.approval?.id.startsWith('apr_') ? (
        <Anchor
          size="sm"
          renderRoot={(props) => <Link to="/approvals/$id" params={{ id: event.approval?.id ?? '' }} {...props} />}
        >
          Its approval
        </Anchor>
      ) : null}
      {commit === undefined ? null : (
        <>
          <Anchor size="sm" renderRoot={(props) => <Link to="/audit" search={{ commit }} {...props} />}>
            All of commit {commit.slice(0, 12)}
          </Anchor>
          <Anchor size="sm" renderRoot={(props) => <Link to="/commits/$sha" params={{ sha: commit }} {...props} />}>
            Which prompt caused it
          </Anchor>
        </>
      )}
    </Group>
  );
}

/** The record as it is stored and chained: nothing left out. */
export const EventDetail = ({ event }: { event: AuditEvent }) => (
  <Stack gap="xs">
    <Ways event={event} />
    <Code block tabIndex={0} aria-label={`Record ${event.id}`} className="record">
      {JSON.stringify(event, null, 2)}
    </Code>
  </Stack>
);
