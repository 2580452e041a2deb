import { Paper, Stack, Title } from '@mantine/core';
import { hasRole, useMe } from '../../api/identity.js';
import { ViewHead } from '../../ui/states.js';
import { DeadLetters } from './dead-letters.js';
import { LegalHolds } from './legal-holds.js';

/** What is kept beside the trail's ordinary way: sessions under a legal hold, and records that could not be stored. */
export function RecordsView() {
  const isAdmin = hasRole(useMe(), 'admin');
  return (
    <Stack>
      <ViewHead
        title="Kept records"
        about="Sessions whose events outlive retention, and records that could not be stored."
      />
      <Title order={2} size="h4">
        Legal holds
      </Title>
      <Paper withBorder p="md">
        <LegalHolds mayRelease={isAdmin} />
      </Paper>
      <Title order={2} size="h4">
        Dead letters
      </Title>
      <Paper withBorder>
        <DeadLetters mayReplay={isAdmin} />
      </Paper>
    </Stack>
  );
}
