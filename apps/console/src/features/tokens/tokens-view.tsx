import { Anchor, Button, Paper, Stack, Table, Title } from '@mantine/core';
import type { ApiToken } from '@holdshort/api-client';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.js';
import { Ago, Moment } from '../../ui/moment.js';
import { StateBadge } from '../../ui/state-badge.js';
import { Answer, Empty, Failure, ViewHead } from '../../ui/states.js';
import { WideTable } from '../../ui/wide-table.js';
import { NewToken } from './new-token.js';

const stateOf = ({ revoked_at: revoked, expires_at: expires }: ApiToken): string => {
  if (revoked !== null) return 'revoked';
  return new Date(expires) > new Date() ? 'live' : 'expired';
};

function Row({ token }: { token: ApiToken }) {
  const queries = useQueryClient();
  const revoking = useMutation({
    mutationFn: () => api.call('DELETE /tokens/{id}', { path: { id: token.id } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['tokens'] }),
  });
  return (
    <Table.Tr>
      <Table.Td>{token.name}</Table.Td>
      <Table.Td>{token.scopes.join(', ')}</Table.Td>
      <Table.Td>
        <Moment at={token.expires_at} />
      </Table.Td>
      <Table.Td>{token.last_used_at === null ? 'never' : <Ago at={token.last_used_at} />}</Table.Td>
      <Table.Td>
        <StateBadge state={stateOf(token)} />
      </Table.Td>
      <Table.Td>
        {token.revoked_at === null ? (
          <Button size="xs" variant="default" loading={revoking.isPending} onClick={() => revoking.mutate()}>
            Revoke
          </Button>
        ) : null}
        {revoking.error ? <Failure error={revoking.error} /> : null}
      </Table.Td>
    </Table.Tr>
  );
}

const TokenTable = ({ tokens }: { tokens: readonly ApiToken[] }) => (
  <WideTable minWidth={720} aria-label="Your API tokens" columns={['Name', 'May', 'Until', 'Used', 'State', 'End']}>
    {tokens.map((token) => (
      <Row key={token.id} token={token} />
    ))}
  </WideTable>
);

function Tokens() {
  const tokens = useInfiniteQuery({
    queryKey: ['tokens'],
    queryFn: ({ pageParam }) =>
      api.call('GET /tokens', { query: { limit: 50, ...(pageParam === '' ? {} : { cursor: pageParam }) } }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  return (
    <Answer of={tokens} what="tokens">
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items);
        if (items.length === 0) return <Empty title="You have no API token" />;
        return (
          <>
            <TokenTable tokens={items} />
            {tokens.hasNextPage ? (
              <Button m="sm" variant="default" onClick={() => void tokens.fetchNextPage()}>
                More
              </Button>
            ) : null}
          </>
        );
      }}
    </Answer>
  );
}

function Links() {
  const links = useQuery({ queryKey: ['github links'], queryFn: () => api.call('GET /github/links') });
  return (
    <Answer of={links} what="GitHub accounts">
      {({ items }) =>
        items.length === 0 ? (
          <Empty title="No GitHub account is linked">
            <Anchor href="/github/link">Link yours</Anchor>, where policy wants calls to carry your own account.
          </Empty>
        ) : (
          <ul className="plain padded">
            {items.map((link) => (
              <li key={link.id}>
                {link.github.login} at {link.host}, linked <Ago at={link.linked_at} />
                {link.broken ? `; broken: ${link.broken.reason}` : ''}
              </li>
            ))}
          </ul>
        )
      }
    </Answer>
  );
}

export const TokensView = () => (
  <Stack>
    <ViewHead title="API tokens" about="For scripts of yours: each may do a part of what you may, for a while." />
    <Paper withBorder p="md">
      <NewToken />
    </Paper>
    <Paper withBorder>
      <Tokens />
    </Paper>
    <Title order={2} size="h4">
      Your GitHub accounts
    </Title>
    <Paper withBorder>
      <Links />
    </Paper>
  </Stack>
);
