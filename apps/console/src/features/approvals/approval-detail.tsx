import { Anchor, Paper, Stack, Text, Title } from '@mantine/core';
import type { Approval } from '@holdshort/api-client';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Ago, Moment } from '../../ui/moment.js';
import { StateBadge } from '../../ui/state-badge.js';
import { Answer } from '../../ui/states.js';
import { approvalQuery } from './approval-queries.js';
import { AnswerForm } from './answer-form.js';
import { Findings } from './findings.js';
import { HeldContent } from './held-content.js';
import { HeldRefs } from './held-refs.js';
import { Reasons } from './reasons.js';

function Facts({ approval }: { approval: Approval }) {
  return (
    <dl className="facts">
      <dt>Asked by</dt>
      <dd>
        {approval.human.login}
        {approval.assistant ? `, by ${approval.assistant}` : ', in person'}
      </dd>
      <dt>Session</dt>
      <dd>
        <Anchor renderRoot={(props) => <Link to="/sessions/$id" params={{ id: approval.session_id }} {...props} />}>
          {approval.session_id}
        </Anchor>
      </dd>
      <dt>Call</dt>
      <dd>
        {approval.operation} ({approval.surface})
      </dd>
      <dt>Held</dt>
      <dd>
        <Moment at={approval.created_at} />
      </dd>
      <dt>{approval.state === 'pending' ? 'Waits until' : 'Valid until'}</dt>
      <dd>
        <Moment at={approval.expires_at} /> (<Ago at={approval.expires_at} />)
      </dd>
      <dt>Exact bytes</dt>
      <dd>
        <code title="SHA-256 of what is let through, once">{approval.digest}</code>
      </dd>
    </dl>
  );
}

function Outcome({ approval }: { approval: Approval }) {
  if (approval.approvals.length === 0 && approval.rejected_by === null) return null;
  return (
    <section aria-label="Answers">
      <Title order={3} size="h5" mb={4}>
        Answers
      </Title>
      <ul className="plain">
        {approval.approvals.map(({ by, at, effect, reason }) => (
          <li key={`${by} ${at}`}>
            <StateBadge state={effect} /> {by}, <Ago at={at} />
            {reason ? `: ${reason}` : ''}
          </li>
        ))}
      </ul>
      {approval.state === 'rejected' && approval.rejected_by !== null ? (
        <Text size="sm" mt={4}>
          Refused by {approval.rejected_by}
          {approval.reason ? `: ${approval.reason}` : ''}
        </Text>
      ) : null}
    </section>
  );
}

export function ApprovalDetail() {
  const { id = '' } = useParams({ strict: false });
  const found = useQuery(approvalQuery(id));
  return (
    <Answer of={found} what="the approval">
      {(approval) => (
        <Paper withBorder p="md" component="article" aria-label={`Approval ${approval.id}`}>
          <Stack>
            <Link className="back" to="/approvals" search={(search) => search}>
              Back to the list
            </Link>
            <div className="row-line">
              <Title order={2} size="h4">
                {approval.repo}
              </Title>
              <StateBadge state={approval.state} />
            </div>
            <Facts approval={approval} />
            <Reasons approval={approval} />
            <HeldRefs refs={approval.refs} />
            <Findings findings={approval.findings ?? []} />
            <HeldContent approval={approval} />
            <Outcome approval={approval} />
            <AnswerForm key={approval.id} approval={approval} />
          </Stack>
        </Paper>
      )}
    </Answer>
  );
}
