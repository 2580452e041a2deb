import { Alert, Button, List, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.js';
import { Failure } from '../../ui/states.js';
import { verdictWords, type Verdict } from './verdict-words.js';

const COLOURS = { good: 'green', broken: 'red', could_not_tell: 'orange' } as const;

function Result({ verdict, close }: { verdict: Verdict; close: () => void }) {
  const { title, lines } = verdictWords(verdict);
  return (
    <Alert
      className="verdict"
      color={COLOURS[verdict.verdict]}
      variant="outline"
      role="status"
      title={title}
      withCloseButton
      closeButtonLabel="Close"
      onClose={close}
    >
      <List size="sm">
        {lines.map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
      </List>
      <Text size="sm" mt="xs">
        Told by the control plane itself. For evidence, run <code>holdshort audit verify</code> elsewhere.
      </Text>
    </Alert>
  );
}

/** Whether what was stored in the last 24 hours is whole. */
export function VerifyTrail() {
  const [isShown, setShown] = useState(false);
  const verifying = useMutation({
    mutationFn: () => api.call('GET /audit/verification', { query: {} }),
    onSettled: () => setShown(true),
  });
  return (
    <>
      <Button variant="default" loading={verifying.isPending} onClick={() => verifying.mutate()}>
        Verify the last 24 hours
      </Button>
      {isShown && verifying.data ? <Result verdict={verifying.data} close={() => setShown(false)} /> : null}
      {isShown && verifying.error ? <Failure error={verifying.error} /> : null}
    </>
  );
}
