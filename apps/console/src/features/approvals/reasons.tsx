import { Anchor, List, Text, Title } from '@mantine/core';
import type { Approval } from '@holdshort/api-client';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { policyQuery } from '../policies/policy-queries.js';

/** Why it is held: each gate, and the policies that asked, by their titles. */
export function Reasons({ approval }: { approval: Approval }) {
  const version = useQuery(policyQuery(approval.policy_version));
  const titles = new Map(version.data?.policies.map(({ id, title }) => [id, title]));
  return (
    <section aria-label="Why it is held">
      <Title order={3} size="h5" mb={4}>
        Why it is held
      </Title>
      <List size="sm">
        {approval.gates.map(({ name, approvers, granted, required, message }) => (
          <List.Item key={name}>
            <strong>{name}</strong>: {granted} of {required} from {approvers}
            {message ? `. ${message}` : ''}
          </List.Item>
        ))}
      </List>
      <Text size="sm" mt={4}>
        By{' '}
        {approval.policies.map((id, index) => (
          <span key={id}>
            {index > 0 ? ', ' : ''}
            <code>{id}</code>
            {titles.get(id) && titles.get(id) !== id ? ` (${titles.get(id) ?? ''})` : ''}
          </span>
        ))}{' '}
        of{' '}
        <Anchor renderRoot={(props) => <Link to="/policies/$id" params={{ id: approval.policy_version }} {...props} />}>
          {approval.policy_version}
        </Anchor>
      </Text>
    </section>
  );
}
