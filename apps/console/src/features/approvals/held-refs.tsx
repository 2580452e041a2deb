import { Button, Text, Title } from '@mantine/core';
import type { Approval } from '@holdshort/api-client';
import { useState } from 'react';

/** So many paths are read at a glance; a push of thousands must not fill the page unasked. */
const FIRST = 50;

type Ref = Approval['refs'][number];

const short = (id: string): string => (/^0+$/.test(id) ? 'nothing' : id.slice(0, 12));

function Paths({ paths }: { paths: readonly string[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? paths : paths.slice(0, FIRST);
  return (
    <>
      <ul className="paths">
        {shown.map((path) => (
          <li key={path}>
            <code>{path}</code>
          </li>
        ))}
      </ul>
      {shown.length < paths.length ? (
        <Button size="xs" variant="default" onClick={() => setAll(true)}>
          Show all {paths.length} paths
        </Button>
      ) : null}
    </>
  );
}

function Place({ held }: { held: Ref }) {
  const paths = held.paths ?? [];
  return (
    <div>
      <Text size="sm">
        <strong>{held.ref}</strong> · {held.kind} · <code title={held.old}>{short(held.old)}</code> →{' '}
        <code title={held.new}>{short(held.new)}</code>
      </Text>
      {paths.length === 0 ? (
        <Text size="sm" c="dimmed">
          No changed paths are known.
        </Text>
      ) : (
        <Paths paths={paths} />
      )}
    </div>
  );
}

export function HeldRefs({ refs }: { refs: readonly Ref[] }) {
  if (refs.length === 0) return null;
  return (
    <section aria-label="What would change">
      <Title order={3} size="h5" mb={4}>
        What would change
      </Title>
      {refs.map((held) => (
        <Place key={held.ref} held={held} />
      ))}
    </section>
  );
}
