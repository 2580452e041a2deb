import { Alert, Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { usePendingCount } from '../approvals/approval-queries.js';

/** What waits for people comes first: somebody's terminal stands still meanwhile. */
export function Waiting() {
  const pending = usePendingCount(true);
  if (pending === 0) return null;
  return (
    <Alert color="orange" variant="outline" title={`${pending} held ${pending === 1 ? 'call waits' : 'calls wait'}`}>
      <Anchor renderRoot={(props) => <Link to="/approvals" {...props} />}>See what is asked</Anchor>
    </Alert>
  );
}
