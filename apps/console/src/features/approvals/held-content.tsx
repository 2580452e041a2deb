import { Text, Title } from '@mantine/core';
import type { Approval, HeldContent as Content } from '@holdshort/api-client';
import { useQuery } from '@tanstack/react-query';
import { useMe } from '../../api/identity.js';
import { Answer } from '../../ui/states.js';
import { heldContentQuery } from './approval-queries.js';
import { HeldFile } from './held-file.js';
import { HeldRequest } from './held-request.js';
import { mayRead } from './may-answer.js';

/** So many files are unfolded at first. */
const OPEN = 20;

function Shown({ content }: { content: Content }) {
  const { files, more_files: more, call, notes } = content;
  return (
    <>
      {call ? <HeldRequest call={call} /> : null}
      {notes.map((note) => (
        <Text key={note} size="sm" c="dimmed">
          {note}
        </Text>
      ))}
      {files.map((file, n) => (
        <HeldFile key={`${file.ref} ${file.path} ${n}`} file={file} open={n < OPEN} />
      ))}
      {more > 0 ? <Text size="sm">{more} more files differ, and are not shown.</Text> : null}
      {!call && files.length === 0 ? <Text size="sm">No file differs.</Text> : null}
    </>
  );
}

/** What the held call would write, for those who may answer; each look is on record. */
export function HeldContent({ approval }: { approval: Approval }) {
  const isReader = mayRead(approval, useMe());
  const found = useQuery({ ...heldContentQuery(approval.id, approval.state), enabled: isReader });
  return (
    <section aria-label="What it would write">
      <Title order={3} size="h5" mb={4}>
        What it would write
      </Title>
      {isReader ? (
        <Answer of={found} what="what it would write">
          {({ content }) =>
            content === null ? (
              <Text size="sm" c="dimmed" role="status">
                {approval.state === 'pending'
                  ? 'The agent has not shown it yet. Paths and findings stand above.'
                  : 'Nothing is kept of it.'}
              </Text>
            ) : (
              <Shown content={content} />
            )
          }
        </Answer>
      ) : (
        <Text size="sm" c="dimmed">
          Shown to those who may answer, and nobody else.
        </Text>
      )}
    </section>
  );
}
