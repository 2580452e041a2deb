import { withStack } from '../check.js';
import { error } from '../finding.js';

/** It runs here, and has a line to the control plane. */
export const checkAgent = withStack(async (surroundings, { agentAdmin, embedded }) => {
  const ready = await surroundings.agent('/readyz');
  if (!ready.reached)
    return [
      error({
        code: 'agent_unreachable',
        what: `The agent of this workspace does not answer at ${agentAdmin} (${ready.message}).`,
        fix: embedded
          ? 'Start the embedded stack again: npm start'
          : 'Start it, and see its log for why it ended; in a pod or a container it is the sidecar. If it runs, HOLDSHORT_AGENT_ADMIN names another address.',
        ...(embedded ? {} : { command: 'systemctl restart holdshort-agent' }),
      }),
    ];
  if (ready.body.control_plane !== false) return [];
  return [
    error({
      code: 'agent_cut_off',
      what: 'The agent runs but has no line to the control plane: it refuses what is not a cached read.',
      fix: 'If the control plane is up, see whether its gRPC port (7401) can be reached from the agent, and the log of the agent: a certificate that was refused or has ended needs a new join token (docs/install.md).',
    }),
  ];
});
