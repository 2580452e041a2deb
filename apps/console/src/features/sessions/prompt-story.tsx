import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Moment } from '../../ui/moment.js';
import { visibleText } from '../../ui/visible-text.js';
import type { PromptStory as Story } from './prompts-of-session.js';

const CONFIDENCES: Readonly<Record<string, string>> = {
  exact: 'certain by an id',
  command: 'by command line and process',
  inferred: 'assumed: the last prompt before it',
};

export const confidenceWords = (confidence: string): string => CONFIDENCES[confidence] ?? confidence;

function Caused({ commits, calls }: Story) {
  if (commits.length + calls.length === 0)
    return (
      <Text size="sm" c="dimmed">
        Nothing is known to follow from it.
      </Text>
    );
  return (
    <ul className="plain">
      {commits.map(({ commit, confidence }) => (
        <li key={commit}>
          Commit{' '}
          <Anchor renderRoot={(props) => <Link to="/commits/$sha" params={{ sha: commit }} {...props} />}>
            {commit.slice(0, 12)}
          </Anchor>{' '}
          <Text span size="sm" c="dimmed">
            ({confidenceWords(confidence)})
          </Text>
        </li>
      ))}
      {calls.length > 0 ? <li>{calls.length} calls to GitHub</li> : null}
    </ul>
  );
}

/** One prompt, what was answered, and what came of it. */
export function PromptStory({ story }: { story: Story }) {
  const { sha256, text, at, model, answers } = story;
  return (
    <article className="prompt-story" aria-label={`Prompt ${sha256.slice(0, 12)}`}>
      <Text size="xs" c="dimmed">
        {at === undefined ? null : <Moment at={at} />} {model} <code title="SHA-256">{sha256.slice(0, 12)}</code>
      </Text>
      <blockquote>{text === undefined ? 'Its text is not kept.' : visibleText(text)}</blockquote>
      {answers.length > 0 ? (
        <details>
          <summary>Answers</summary>
          {answers.map((answer, n) => (
            <blockquote key={n}>{visibleText(answer)}</blockquote>
          ))}
        </details>
      ) : null}
      <Caused {...story} />
    </article>
  );
}
