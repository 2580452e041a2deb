import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { UseMutationResult } from '@tanstack/react-query';
import { useState } from 'react';
import { Failure } from './states.js';

interface Props {
  /** On the button that opens it. */
  button: string;
  title: string;
  about: string;
  /** On the button that does it. */
  confirm: string;
  danger?: boolean;
  action: UseMutationResult<unknown, Error, string>;
}

/** Before something that cannot be undone, or that others must understand later: why? */
export function ReasonDialog({ button, title, about, confirm, danger = true, action }: Props) {
  const [opened, { open, close }] = useDisclosure();
  const [reason, setReason] = useState('');
  const send = (): void => {
    action.mutate(reason.trim(), {
      onSuccess: () => {
        setReason('');
        close();
      },
    });
  };
  return (
    <>
      <Button variant="outline" onClick={open} {...(danger ? { color: 'red', className: 'refuse' } : {})}>
        {button}
      </Button>
      <Modal opened={opened} onClose={close} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            send();
          }}
        >
          <Stack>
            <Text size="sm">{about}</Text>
            <Textarea
              label="Reason"
              required
              autosize
              minRows={2}
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
            {action.error ? <Failure error={action.error} /> : null}
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                Cancel
              </Button>
              <Button
                type="submit"
                loading={action.isPending}
                disabled={reason.trim() === ''}
                {...(danger ? { color: 'red' } : {})}
              >
                {confirm}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
