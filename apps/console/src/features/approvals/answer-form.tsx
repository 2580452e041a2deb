import { Button, Group, Text, Textarea } from '@mantine/core';
import type { Approval } from '@holdshort/api-client';
import { useState } from 'react';
import { useMe } from '../../api/identity.js';
import { Failure } from '../../ui/states.js';
import { useAnswer, type Answer } from './approval-queries.js';
import { whyNot } from './may-answer.js';

function useAnswerForm(id: string) {
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const sending = useAnswer(id);
  const send = (answer: Answer): void => {
    const given = reason.trim();
    setMissing(answer === 'reject' && given === '');
    if (answer === 'approve' || given !== '') sending.mutate({ answer, reason: given });
  };
  return { reason, setReason, missing, sending, send };
}

/** Approve or refuse. Ctrl-Enter in the reason approves. */
export function AnswerForm({ approval }: { approval: Approval }) {
  const me = useMe();
  const { reason, setReason, missing, sending, send } = useAnswerForm(approval.id);
  const obstacle = whyNot(approval, me, new Date());
  if (obstacle !== undefined)
    return (
      <Text size="sm" c="dimmed" role="status">
        {obstacle}
      </Text>
    );
  return (
    <form
      aria-label="Your answer"
      onSubmit={(event) => {
        event.preventDefault();
        send('approve');
      }}
    >
      <Textarea
        label="Reason"
        description="Kept in the audit trail. A refusal needs one: the engineer and the assistant read it."
        value={reason}
        maxLength={1000}
        autosize
        minRows={2}
        error={missing ? 'Say why, and what to do instead.' : undefined}
        onChange={(event) => setReason(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send('approve');
        }}
      />
      <Group mt="sm">
        <Button type="submit" loading={sending.isPending}>
          Approve these exact bytes
        </Button>
        <Button
          color="red"
          variant="outline"
          className="refuse"
          disabled={sending.isPending}
          onClick={() => send('reject')}
        >
          Refuse
        </Button>
      </Group>
      {sending.error ? <Failure error={sending.error} /> : null}
    </form>
  );
}
