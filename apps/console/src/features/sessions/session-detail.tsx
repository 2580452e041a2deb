import { Button, Group, Paper, Stack, Title } from '@mantine/core';
import type { Session } from '@holdshort/api-client';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { hasRole, useMe } from '../../api/identity.js';
import { ReasonDialog } from '../../ui/reason-dialog.js';
import { Moment } from '../../ui/moment.js';
import { StateBadge } from '../../ui/state-badge.js';
import { Answer, Failure, ViewHead } from '../../ui/states.js';
import { sessionState } from './session-state.js';
import { sessionQuery, useEndSession, useKillSession } from './session-queries.js';
import { SessionPrompts } from './session-prompts.js';
import { Timeline } from './timeline.js';

const Facts = ({ session }: { session: Session }) => (
  <dl className="facts">
    <dt>Engineer</dt>
    <dd>
      {session.human.login}
      {session.human.email === undefined ? '' : ` (${session.human.email})`}
    </dd>
    <dt>Assistant</dt>
    <dd>{session.is_human ? 'none: in person' : session.assistant}</dd>
    <dt>Workspace</dt>
    <dd>{session.workspace}</dd>
    <dt>Agent</dt>
    <dd>{session.agent_id ?? 'none'}</dd>
    <dt>Opened</dt>
    <dd>
      <Moment at={session.opened_at} />
    </dd>
    <dt>{session.ended_at === null ? 'Ends by' : 'Ended'}</dt>
    <dd>
      <Moment at={session.ended_at ?? session.expires_at} />
      {session.end_reason ? ` (${session.end_reason})` : ''}
    </dd>
  </dl>
);

/** Owners end their session; an administrator stops it, for a reason that everybody in it reads. */
function Ending({ session }: { session: Session }) {
  const me = useMe();
  const ending = useEndSession(session.id);
  const killing = useKillSession(session.id);
  if (sessionState(session, new Date()) !== 'live') return null;
  const isOwn = session.human.login === me.human.login;
  return (
    <>
      {isOwn ? (
        <Button variant="default" loading={ending.isPending} onClick={() => ending.mutate()}>
          End the session
        </Button>
      ) : null}
      {hasRole(me, 'admin') ? (
        <ReasonDialog
          button="Stop the session"
          title={`Stop the session of ${session.human.login}?`}
          about="Its calls are refused and its credentials revoked at once. The reason is shown in it, and kept."
          confirm="Stop it"
          action={killing}
        />
      ) : null}
      {ending.error ? <Failure error={ending.error} /> : null}
    </>
  );
}

export function SessionDetail() {
  const { id = '' } = useParams({ strict: false });
  const found = useQuery(sessionQuery(id));
  return (
    <Answer of={found} what="the session">
      {(session) => (
        <Stack>
          <ViewHead title={`Session of ${session.human.login}`} about={<code>{session.id}</code>}>
            <StateBadge state={sessionState(session, new Date())} />
            <Ending session={session} />
          </ViewHead>
          <Paper withBorder p="md">
            <Facts session={session} />
          </Paper>
          <Title order={2} size="h4">
            Prompts
          </Title>
          <Paper withBorder>
            <SessionPrompts sessionId={session.id} />
          </Paper>
          <Group justify="space-between">
            <Title order={2} size="h4">
              Timeline
            </Title>
            <Link to="/audit" search={{ session_id: session.id }}>
              Search in it
            </Link>
          </Group>
          <Paper withBorder>
            <Timeline sessionId={session.id} />
          </Paper>
        </Stack>
      )}
    </Answer>
  );
}
