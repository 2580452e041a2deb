import { Table, Title } from '@mantine/core';
import type { Approval } from '@holdshort/api-client';
import { WideTable } from '../../ui/wide-table.js';

/** What the scanner found; never the text itself, the agent has redacted it. */
export function Findings({ findings }: { findings: NonNullable<Approval['findings']> }) {
  if (findings.length === 0) return null;
  return (
    <section aria-label="Findings">
      <Title order={3} size="h5" mb={4}>
        Findings
      </Title>
      <WideTable minWidth={420} columns={['Rule', 'Severity', 'Where', 'What']}>
        {findings.map(({ rule, severity, path, line, excerpt }) => (
          <Table.Tr key={`${rule} ${path} ${line}`}>
            <Table.Td>{rule}</Table.Td>
            <Table.Td>{severity}</Table.Td>
            <Table.Td>
              <code>
                {path}
                {line > 0 ? `:${line}` : ''}
              </code>
            </Table.Td>
            <Table.Td>
              <code>{excerpt}</code>
            </Table.Td>
          </Table.Tr>
        ))}
      </WideTable>
    </section>
  );
}
