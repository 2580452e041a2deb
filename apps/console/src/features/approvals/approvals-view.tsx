import { Button, Paper, SegmentedControl, Text } from '@mantine/core';
import type { Approval } from '@holdshort/api-client';
import { getRouteApi, Link, Outlet, useNavigate, useParams } from '@tanstack/react-router';
import { useRef, type KeyboardEvent } from 'react';
import { Ago } from '../../ui/moment.js';
import { StateBadge } from '../../ui/state-badge.js';
import { Answer, Empty, ViewHead } from '../../ui/states.js';
import { useApprovals, type QueueState } from './approval-queries.js';

const route = getRouteApi('/approvals');

/** "refs/heads/topic, 2 more". */
function refsText({ refs }: Approval): string {
  const [first, ...others] = refs.map(({ ref }) => ref.replace(/^refs\/heads\//, ''));
  return [first ?? 'no ref', ...(others.length > 0 ? [`${others.length} more`] : [])].join(', ');
}

function Row({ approval, selected }: { approval: Approval; selected: boolean }) {
  return (
    <Link
      to="/approvals/$id"
      params={{ id: approval.id }}
      search={(search) => search}
      aria-current={selected ? 'true' : undefined}
    >
      <span className="row-line">
        <Text component="span" fw={600}>
          {approval.repo}
        </Text>
        <StateBadge state={approval.state} />
      </span>
      <Text component="span" size="sm" display="block">
        {refsText(approval)}
      </Text>
      <Text component="span" size="xs" c="dimmed" display="block">
        {approval.human.login}
        {approval.assistant ? ` with ${approval.assistant}` : ''} · <Ago at={approval.created_at} />
      </Text>
    </Link>
  );
}

/** Up and down, or k and j, within the list only: elsewhere the keys mean what they mean. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLAnchorElement>('a')];
  const at = rows.indexOf(document.activeElement as HTMLAnchorElement);
  rows[Math.min(rows.length - 1, Math.max(0, at + step))]?.focus();
  event.preventDefault();
}

function Queue({ state }: { state: QueueState }) {
  const approvals = useApprovals(state);
  const { id } = useParams({ strict: false });
  return (
    <Answer of={approvals} what="approvals">
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items);
        if (items.length === 0)
          return (
            <Empty title={state === 'pending' ? 'Nothing waits' : 'No approvals yet'}>
              Calls that policy holds for people appear here by themselves.
            </Empty>
          );
        return (
          <>
            <nav className="rows" aria-label="Approvals" onKeyDown={moveFocus}>
              {items.map((approval) => (
                <Row key={approval.id} approval={approval} selected={approval.id === id} />
              ))}
            </nav>
            {approvals.hasNextPage ? (
              <Button
                m="sm"
                variant="default"
                loading={approvals.isFetchingNextPage}
                onClick={() => void approvals.fetchNextPage()}
              >
                Older ones
              </Button>
            ) : null}
          </>
        );
      }}
    </Answer>
  );
}

/** The queue, with what is selected beside it; one of the two on a small screen. */
export function ApprovalsView() {
  const { state = 'pending' } = route.useSearch();
  const navigate = useNavigate();
  const { id } = useParams({ strict: false });
  const detail = useRef<HTMLDivElement>(null);
  return (
    <>
      <ViewHead title="Approvals" about="Calls that policy holds until people answer. The list follows by itself.">
        <SegmentedControl
          aria-label="Which approvals"
          data={[
            { value: 'pending', label: 'Waiting' },
            { value: 'all', label: 'All' },
          ]}
          value={state}
          onChange={(next) => void navigate({ to: '.', search: next === 'all' ? { state: 'all' } : {} })}
        />
      </ViewHead>
      <div className="master-detail" data-selected={id === undefined ? undefined : true}>
        <Paper withBorder className="master">
          <Queue state={state} />
        </Paper>
        <div className="detail" ref={detail}>
          <Outlet />
          {id === undefined ? (
            <Empty title="Select a call">Arrow keys, or j and k, move in the list; Enter opens.</Empty>
          ) : null}
        </div>
      </div>
    </>
  );
}
