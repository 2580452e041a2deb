import { Table, type TableProps } from '@mantine/core';

/** Its title, and where the browser would choose badly, how wide it is in pixels. */
export type Column = string | { title: string; width: number };

const Head = ({ column }: { column: Column }) =>
  typeof column === 'string' ? <Table.Th>{column}</Table.Th> : <Table.Th w={column.width}>{column.title}</Table.Th>;

interface WideTableProps extends TableProps {
  /** In pixels. */
  minWidth: number;
  columns: readonly Column[];
}

/** A table that scrolls by itself where the screen is too narrow for it, by keyboard too; the children are its rows. */
export const WideTable = ({ minWidth, columns, children, ...props }: WideTableProps) => (
  <div className="wide" tabIndex={0} role="group" aria-label="Table">
    <div style={{ minWidth }}>
      <Table {...props}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Head key={typeof column === 'string' ? column : column.title} column={column} />
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </div>
  </div>
);
