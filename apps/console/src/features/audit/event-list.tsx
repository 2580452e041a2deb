import { Table } from '@mantine/core';
import type { AuditEvent } from '@holdshort/audit-events';
import { Fragment, useState } from 'react';
import { Moment } from '../../ui/moment.js';
import { StateBadge } from '../../ui/state-badge.js';
import { WideTable } from '../../ui/wide-table.js';
import { EventDetail } from './event-detail.js';
import { resultOf, whatOf, whoOf } from './event-words.js';

function Row({ event, open, toggle }: { event: AuditEvent; open: boolean; toggle: () => void }) {
  const result = resultOf(event);
  return (
    <Table.Tr>
      <Table.Td>
        <Moment at={event.time} />
      </Table.Td>
      <Table.Td>
        <button className="linklike" type="button" aria-expanded={open} onClick={toggle}>
          {event.type}
        </button>
      </Table.Td>
      <Table.Td>{whoOf(event)}</Table.Td>
      <Table.Td>{whatOf(event)}</Table.Td>
      <Table.Td>{result === '' ? null : <StateBadge state={result} />}</Table.Td>
    </Table.Tr>
  );
}

/** Events as rows, each of which opens. Paged, so that the page stays small whatever the trail holds. */
export function EventList({ events, label }: { events: readonly AuditEvent[]; label: string }) {
  const [open, setOpen] = useState<string>();
  return (
    <WideTable
      minWidth={720}
      aria-label={label}
      verticalSpacing={6}
      highlightOnHover
      columns={[{ title: 'Time', width: 215 }, 'Event', 'Who', 'What', 'Result']}
    >
      {events.map((event) => (
        <Fragment key={event.id}>
          <Row
            event={event}
            open={open === event.id}
            toggle={() => setOpen(open === event.id ? undefined : event.id)}
          />
          {open === event.id ? (
            <Table.Tr>
              <Table.Td colSpan={5}>
                <EventDetail event={event} />
              </Table.Td>
            </Table.Tr>
          ) : null}
        </Fragment>
      ))}
    </WideTable>
  );
}
