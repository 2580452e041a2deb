import { Button, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { hasRole, useMe } from '../../api/identity.js';
import { Answer, Empty } from '../../ui/states.js';
import { useCauses, usePrompts } from './prompt-queries.js';
import { PromptStory } from './prompt-story.js';
import { promptStories } from './prompts-of-session.js';

function Stories({ sessionId, isAuditor }: { sessionId: string; isAuditor: boolean }) {
  const causes = useCauses(sessionId, true);
  const texts = usePrompts(sessionId, isAuditor);
  return (
    <Answer of={causes} what="what its prompts caused">
      {(found) => (
        <>
          {isAuditor ? null : <Text size="sm">Their texts are for auditors.</Text>}
          <Answer of={isAuditor ? texts : { ...texts, data: [] }} what="texts of prompts">
            {(kept) => {
              const stories = promptStories(found, kept);
              return stories.length === 0 ? (
                <Empty title="No prompt is known">Model traffic that passes Holdshort leaves them.</Empty>
              ) : (
                stories.map((story) => <PromptStory key={story.sha256} story={story} />)
              );
            }}
          </Answer>
          {found.humans.length > 0 ? <Text size="sm">{found.humans.length} calls are a person’s own.</Text> : null}
          {found.cut ? <Text size="sm">The session is longer than what was looked at.</Text> : null}
        </>
      )}
    </Answer>
  );
}

/** Prompts of a session and what each caused; asked for by hand, since each read is on record. */
export function SessionPrompts({ sessionId }: { sessionId: string }) {
  const isAuditor = hasRole(useMe(), 'auditor');
  const [wanted, setWanted] = useState(false);
  return (
    <Stack p="md" gap="sm">
      {wanted ? (
        <Stories sessionId={sessionId} isAuditor={isAuditor} />
      ) : (
        <>
          <Text size="sm">Which prompt caused which commit. Whoever looks is on record.</Text>
          <div>
            <Button variant="default" onClick={() => setWanted(true)}>
              {isAuditor ? 'Read the prompts' : 'What its prompts caused'}
            </Button>
          </div>
        </>
      )}
    </Stack>
  );
}
