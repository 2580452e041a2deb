import { ControlPlaneRefusal } from '@holdshort/api-client';
import { HoldshortError } from '@holdshort/errors';
import { withStack } from '../check.js';
import { error, warning, type Finding } from '../finding.js';
import type { SessionHere, Surroundings } from '../surroundings.js';

const OPEN = {
  fix: 'Open a session for this shell, or start the tool by `holdshort run -- TOOL`.',
  command: 'eval "$(holdshort env)"',
};

const over = ({ id }: SessionHere, why: string): Finding =>
  error({ code: 'session_over', what: `The session ${id} of this shell ${why}.`, ...OPEN });

/** What concerns the sign-in or the line is said by other checks. */
async function examine(session: SessionHere, { context }: Surroundings): Promise<Finding[]> {
  try {
    const found = await context.client().call('GET /sessions/{id}', { path: { id: session.id } });
    if (found.ended_at !== null) return [over(session, `ended at ${found.ended_at}`)];
    return Date.parse(found.expires_at) <= Date.now() ? [over(session, `expired at ${found.expires_at}`)] : [];
  } catch (thrown) {
    if (thrown instanceof ControlPlaneRefusal && thrown.status === 404) return [over(session, 'is not known')];
    if (thrown instanceof HoldshortError) return [];
    throw thrown;
  }
}

/** Whether this shell is in a session that is open. */
export const checkSession = withStack((surroundings) => {
  if (surroundings.session) return examine(surroundings.session, surroundings);
  return [
    warning({
      code: 'no_session',
      what: 'This shell is in no session: a tool that is started from it has no way to GitHub.',
      ...OPEN,
    }),
  ];
});
