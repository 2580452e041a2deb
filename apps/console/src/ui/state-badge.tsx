import { Badge } from '@mantine/core';

const COLOURS: Readonly<Record<string, string>> = {
  ...{ pending: 'orange', hold: 'orange', review: 'orange', draft: 'gray' },
  ...{
    approved: 'green',
    approve: 'green',
    used: 'green',
    active: 'green',
    allow: 'green',
    success: 'green',
    live: 'green',
    permit: 'green',
  },
  ...{ rejected: 'red', reject: 'red', deny: 'red', refused: 'red', failed: 'red', revoked: 'red', silent: 'red' },
};

/** A word for a state; its colour says nothing that the word does not. */
export const StateBadge = ({ state }: { state: string }) => (
  <Badge
    variant="outline"
    color={COLOURS[state] ?? 'gray'}
    size="sm"
    className="state"
    data-tone={COLOURS[state] ?? 'gray'}
  >
    {state}
  </Badge>
);
