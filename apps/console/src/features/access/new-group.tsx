import { Button, Group, Paper, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Failure } from '../../ui/states.js';
import { useSetRoles } from './set-roles.js';

/** A group that has no role yet starts as engineers. */
export function NewGroup() {
  const [group, setGroup] = useState('');
  const setting = useSetRoles();
  return (
    <Paper withBorder p="md">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setting.mutate({ group, roles: ['engineer'] }, { onSuccess: () => setGroup('') });
        }}
      >
        <Group align="flex-end">
          <TextInput
            label="Another group"
            required
            maxLength={200}
            value={group}
            onChange={(event) => setGroup(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={setting.isPending}>
            Add as engineers
          </Button>
        </Group>
      </form>
      {setting.error ? <Failure error={setting.error} /> : null}
    </Paper>
  );
}
