import { Button, Group } from '@mantine/core';
import { Answer, Empty } from '../../ui/states.js';
import { useEvents } from '../audit/audit-queries.js';
import { EventList } from '../audit/event-list.js';

/** All that was recorded of a session, in its order. Asked again by hand: each look is on record. */
export function Timeline({ sessionId }: { sessionId: string }) {
  const events = useEvents({ session_id: sessionId }, 'asc');
  return (
    <Answer of={events} what="the timeline">
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items);
        return (
          <>
            {items.length === 0 ? (
              <Empty title="Nothing recorded yet">Events arrive within seconds of the call.</Empty>
            ) : (
              <EventList events={items} label="Events of the session, oldest first" />
            )}
            <Group m="sm">
              {events.hasNextPage ? (
                <Button
                  variant="default"
                  loading={events.isFetchingNextPage}
                  onClick={() => void events.fetchNextPage()}
                >
                  Later events
                </Button>
              ) : (
                <Button variant="default" loading={events.isFetching} onClick={() => void events.refetch()}>
                  Look again
                </Button>
              )}
            </Group>
          </>
        );
      }}
    </Answer>
  );
}
