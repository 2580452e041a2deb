import { Anchor, Button, Paper, Stack, Text, Title } from '@mantine/core';
import type { CommitCauses } from '@holdshort/api-client';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api/client.js';
import { hasRole, useMe } from '../../api/identity.js';
import { Answer, Empty, Failure, ViewHead } from '../../ui/states.js';
import { visibleText } from '../../ui/visible-text.js';
import { confidenceWords } from '../sessions/prompt-story.js';
import { stepWords } from './step-words.js';

type Path = CommitCauses['paths'][number];

const usePrompt = ({ session_id: session, prompt_sha256: sha256 }: Path, wanted: boolean) =>
  useQuery({
    queryKey: ['prompt', session, sha256],
    queryFn: () => api.call('GET /prompts', { query: { session_id: session, sha256, limit: 1 } }),
    enabled: wanted,
    staleTime: Infinity,
  });

function PromptText({ path }: { path: Path }) {
  const [wanted, setWanted] = useState(false);
  const found = usePrompt(path, wanted);
  if (!wanted)
    return (
      <div>
        <Button variant="default" size="xs" onClick={() => setWanted(true)}>
          Read the prompt
        </Button>
      </div>
    );
  return (
    <Answer of={found} what="the prompt">
      {({ items: [kept] }) => (
        <blockquote>{kept === undefined ? 'Its text is not kept.' : visibleText(kept.text)}</blockquote>
      )}
    </Answer>
  );
}

function Way({ path, isAuditor }: { path: Path; isAuditor: boolean }) {
  return (
    <Paper withBorder p="md" component="article" aria-label={`Prompt ${path.prompt_sha256.slice(0, 12)}`}>
      <Stack gap="xs">
        <Title order={2} size="h5">
          Prompt <code>{path.prompt_sha256.slice(0, 12)}</code>: {confidenceWords(path.confidence)}
        </Title>
        {isAuditor ? <PromptText path={path} /> : <Text size="sm">Its text is for auditors.</Text>}
        <ol className="steps">
          {path.steps.map(({ to, evidence }) => (
            <li key={to}>
              {stepWords(to)}
              {evidence.length > 0 ? (
                <Text span size="sm" c="dimmed">
                  : {evidence.join('; ')}
                </Text>
              ) : null}
            </li>
          ))}
        </ol>
      </Stack>
    </Paper>
  );
}

function Known({ causes }: { causes: CommitCauses }) {
  const isAuditor = hasRole(useMe(), 'auditor');
  const { sessions, paths, humans, commit, cut } = causes;
  if (sessions.length === 0) return <Empty title="No call through Holdshort names this commit" />;
  return (
    <Stack>
      <Text size="sm">
        {sessions.length === 1 ? 'Session ' : 'Sessions '}
        {sessions.map((id) => (
          <Anchor key={id} mr="xs" renderRoot={(props) => <Link to="/sessions/$id" params={{ id }} {...props} />}>
            {id}
          </Anchor>
        ))}
        <Anchor renderRoot={(props) => <Link to="/audit" search={{ commit }} {...props} />}>All of its events</Anchor>
      </Text>
      {paths.length + humans.length === 0 ? <Empty title="No prompt is known for it" /> : null}
      {paths.map((path, n) => (
        <Way key={`${path.prompt_sha256} ${n}`} path={path} isAuditor={isAuditor} />
      ))}
      {humans.map(({ event_id: id, evidence }) => (
        <Text key={id} size="sm">
          By a person: {evidence}
        </Text>
      ))}
      {cut ? <Text size="sm">The trail has more of it than was looked at.</Text> : null}
    </Stack>
  );
}

/** From a commit to the prompts that caused it, how sure that is, and what it rests on. */
export function CommitView() {
  const { sha = '' } = useParams({ strict: false });
  const id = sha.toLowerCase();
  const isId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(id);
  const found = useQuery({
    queryKey: ['causes of', id],
    queryFn: () => api.call('GET /causes/commits/{sha}', { path: { sha: id } }),
    enabled: isId,
    staleTime: Infinity,
  });
  return (
    <>
      <ViewHead title="Why this commit" about={<code>{id}</code>} />
      {isId ? (
        <Answer of={found} what="what caused it">
          {(causes) => <Known causes={causes} />}
        </Answer>
      ) : (
        <Failure error={new Error('A commit is named by its full id, 40 or 64 hexadecimal digits.')} />
      )}
    </>
  );
}
