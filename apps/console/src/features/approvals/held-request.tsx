import { Text, Title } from '@mantine/core';
import type { HeldCall } from '@holdshort/api-client';
import { whyNoBody } from './held-words.js';
import { visibleText } from '../../ui/visible-text.js';

function textOf({ method, host, path, query, headers, more_headers: more, body }: HeldCall): string {
  const lines = [
    `${method} ${path}${query === '' ? '' : `?${query}`}`,
    `host: ${host}`,
    ...headers.map(({ name, value }) => `${name}: ${value}`),
    ...(more > 0 ? [`(${more} more headers, credentials among them, are not shown)`] : []),
    ...(body === '' ? [] : ['', body]),
  ];
  return visibleText(lines.join('\n'));
}

/** The request as it would go to GitHub, without credentials and secrets. */
export function HeldRequest({ call }: { call: HeldCall }) {
  const missing = whyNoBody(call);
  return (
    <section aria-label="The request">
      <Title order={3} size="h5" mb={4}>
        The request
      </Title>
      <pre className="diff request" tabIndex={0} aria-label="Request as it would go to GitHub">
        {textOf(call)}
      </pre>
      {missing === undefined ? null : (
        <Text size="sm" c="dimmed" mt={4}>
          {missing}
        </Text>
      )}
    </section>
  );
}
