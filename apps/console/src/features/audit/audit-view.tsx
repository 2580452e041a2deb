import { Button, Paper, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { hasRole, useMe } from '../../api/identity.js';
import { saveFile } from '../../ui/save-file.js';
import { Answer, Empty, Failure, ViewHead } from '../../ui/states.js';
import type { AuditSearch } from './audit-filters.js';
import { exportEvents, useEvents } from './audit-queries.js';
import { EventList } from './event-list.js';
import { FilterForm } from './filter-form.js';
import { VerifyTrail } from './verify-trail.js';

const route = getRouteApi('/audit');

function ExportButton({ search }: { search: AuditSearch }) {
  const exporting = useMutation({
    mutationFn: async () => {
      const { text, events, more } = await exportEvents(search);
      saveFile('holdshort-events.ndjson', 'application/x-ndjson', text);
      return `${events} events exported${more ? '; there are more: use `holdshort audit export`' : ''}.`;
    },
  });
  return (
    <>
      <Button variant="default" loading={exporting.isPending} onClick={() => exporting.mutate()}>
        Export as NDJSON
      </Button>
      <Text size="sm" role="status">
        {exporting.data}
      </Text>
      {exporting.error ? <Failure error={exporting.error} /> : null}
    </>
  );
}

function Found({ search }: { search: AuditSearch }) {
  const events = useEvents(search);
  return (
    <Answer of={events} what="events">
      {({ pages }) => {
        const found = pages.flatMap(({ items }) => items);
        if (found.length === 0) return <Empty title="No event matches">Take a filter away, or widen the time.</Empty>;
        return (
          <>
            <EventList events={found} label="Events, newest first" />
            {events.hasNextPage ? (
              <Button
                m="sm"
                variant="default"
                loading={events.isFetchingNextPage}
                onClick={() => void events.fetchNextPage()}
              >
                Older events
              </Button>
            ) : (
              <Text size="sm" c="dimmed" p="sm">
                That is all: {found.length} events.
              </Text>
            )}
          </>
        );
      }}
    </Answer>
  );
}

/** On a small screen the events come first. */
const isWide = (): boolean => globalThis.matchMedia('(min-width: 48em)').matches;

export function AuditView() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const oversees = hasRole(useMe(), 'admin', 'approver', 'auditor');
  const filters = Object.keys(search).length;
  return (
    <Stack>
      <ViewHead title="Audit" about="What happened, as it was recorded. Searching and exporting are on record too.">
        {oversees ? <VerifyTrail /> : null}
        <ExportButton search={search} />
      </ViewHead>
      <Paper withBorder p="md">
        <details open={isWide()}>
          <summary>Filters{filters > 0 ? `: ${filters} in use` : ''}</summary>
          <FilterForm
            key={JSON.stringify(search)}
            search={search}
            onSearch={(next) => void navigate({ to: '/audit', search: next })}
          />
        </details>
      </Paper>
      <Paper withBorder>
        <Found search={search} />
      </Paper>
    </Stack>
  );
}
