export type Node = Record<string, unknown>;

export interface PageArguments {
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
}

const cursor = (index: number): string => Buffer.from(`cursor:v2:${String(index)}`).toString('base64');

const indexOf = (text: string | null | undefined): number | null => {
  const match = /^cursor:v2:(\d+)$/.exec(Buffer.from(text ?? '', 'base64').toString());
  return match ? Number(match[1]) : null;
};

/** A Relay connection over `items`; only the asked page is rendered. */
export function connection<T>(items: readonly T[], page: PageArguments, render: (item: T) => unknown): Node {
  const from = (indexOf(page.after) ?? -1) + 1;
  const to = indexOf(page.before) ?? items.length;
  const start = page.last ? Math.max(from, to - page.last) : from;
  const end = page.first ? Math.min(to, start + page.first) : to;
  const shown = items.slice(start, end);
  return {
    totalCount: items.length,
    nodes: () => Promise.all(shown.map(render)),
    edges: () =>
      Promise.all(shown.map(async (item, index) => ({ cursor: cursor(start + index), node: await render(item) }))),
    pageInfo: {
      hasNextPage: end < items.length,
      hasPreviousPage: start > 0,
      startCursor: shown.length > 0 ? cursor(start) : null,
      endCursor: shown.length > 0 ? cursor(end - 1) : null,
    },
  };
}

export const empty = (page: PageArguments = {}): Node => connection([], page, () => null);
